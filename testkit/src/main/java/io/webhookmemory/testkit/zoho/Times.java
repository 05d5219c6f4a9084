package io.webhookmemory.testkit.zoho;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Times in Zoho's format: whole seconds, with the offset of the organisation. */
final class Times {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");
    private static final ZoneOffset ORGANISATION = ZoneOffset.ofHoursMinutes(5, 30);

    private Times() {}

    static String write(Instant time) {
        return FORMAT.format(time.atOffset(ORGANISATION));
    }

    /** Empty if the text is not such a time, for example one with milliseconds. */
    static Optional<Instant> read(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text, FORMAT).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }
}
