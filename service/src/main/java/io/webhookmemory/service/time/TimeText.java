package io.webhookmemory.service.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A point in time as operators write it: {@code 2026-01-31T12:00:00Z}, {@code 2026-01-31} (midnight, UTC) or an age:
 * {@code 90m}, {@code 7d}. Kafka has no times before 1970; an earlier time becomes 1970.
 */
public final class TimeText {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})([smhd])");

    private TimeText() {}

    /** @throws IllegalArgumentException if the text is not a time; the message is for the operator */
    public static Instant parse(String text, Clock clock) {
        Instant time = read(text, clock);
        return time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time;
    }

    /** A duration such as {@code 90s}, {@code 5m}, {@code 2h} or {@code 7d}; empty if the text is none. */
    public static Optional<Duration> duration(String text) {
        Matcher parts = DURATION.matcher(text);
        return parts.matches()
                ? Optional.of(duration(Long.parseLong(parts.group(1)), parts.group(2)))
                : Optional.empty();
    }

    private static Instant read(String text, Clock clock) {
        Optional<Duration> ago = duration(text);
        if (ago.isPresent()) {
            return clock.instant().minus(ago.get());
        }
        try {
            return text.contains("T")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a time; write 2026-01-31T12:00:00Z, 2026-01-31, or how long ago: 90m," + " 12h, 7d");
        }
    }

    private static Duration duration(long count, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
