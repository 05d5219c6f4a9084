package io.webhookmemory.zoho.crm;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Times in Zoho's format: ISO 8601, whole seconds, with an offset. */
public final class ZohoTimes {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");

    private ZohoTimes() {}

    /** The format in which Zoho accepts times. */
    public static String write(Instant time) {
        return FORMAT.format(time.atOffset(ZoneOffset.UTC));
    }

    /** Whether a value is there and is no time with an offset. */
    public static boolean isUnreadable(JsonNode value) {
        return !FieldValue.isEmpty(value) && read(value).isEmpty();
    }

    /** A time with an offset; empty if the value is missing or no such time. */
    public static Optional<Instant> read(JsonNode value) {
        try {
            return value.isTextual()
                    ? Optional.of(OffsetDateTime.parse(value.asText()).toInstant())
                    : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
