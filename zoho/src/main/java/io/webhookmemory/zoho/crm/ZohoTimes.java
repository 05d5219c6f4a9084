package io.webhookmemory.zoho.crm;

import com.ethlo.time.ITU;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.Function;

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
        return value.isTextual() ? read(value.textValue()) : Optional.empty();
    }

    private static Optional<Instant> read(String text) {
        // Every webhook has such times. ITU reads the usual forms in a twentieth of the JDK's time, the JDK also the
        // rest of ISO 8601.
        return parsed(text, ITU::parseDateTime).or(() -> parsed(text, OffsetDateTime::parse));
    }

    private static Optional<Instant> parsed(String text, Function<String, OffsetDateTime> parser) {
        try {
            return Optional.of(parser.apply(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
