package io.webhookmemory.service.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Parses {@code 2026-01-31T12:00:00Z}, {@code 2026-01-31} (midnight, UTC) or an age: {@code 90m}, {@code 7d}. Kafka has
 * no times before 1970; an earlier time becomes 1970.
 */
public final class PointInTime implements ITypeConverter<Instant> {
    /** For the help text of options of this type. */
    public static final String HELP =
            "2026-01-31T12:00:00Z, 2026-01-31 (midnight, UTC), or how long ago: 90m, 12h, 7d.";

    private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

    private final Clock clock;

    public PointInTime(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Instant convert(String text) {
        Instant time = read(text);
        return time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time;
    }

    /**
     * Rejects an empty time range.
     *
     * @param since nullable, like {@code until}: no limit
     * @throws CommandLine.ParameterException if {@code since} is not before {@code until}
     */
    public static void requireOrder(Instant since, Instant until, CommandLine line) {
        if (since != null && until != null && !since.isBefore(until)) {
            throw new CommandLine.ParameterException(
                    line, "--since (" + since + ") must be before --until (" + until + ")");
        }
    }

    private Instant read(String text) {
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            return clock.instant().minus(duration(Long.parseLong(ago.group(1)), ago.group(2)));
        }
        try {
            return text.contains("T")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new TypeConversionException("'" + text
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
