package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.topics.event.CrmId;
import io.webhookmemory.zoho.crm.ZohoTimes;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads single fields of a webhook's body. */
final class Fields {
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");
    private static final int MAX_ID_DIGITS = 64;

    private Fields() {}

    /** A valid id as text, or a non-negative whole number in any notation. */
    static String recordId(JsonNode id, String path) throws BadField {
        String text = id.isTextual() ? id.asText() : wholeNumber(id).orElse("");
        if (text.isEmpty()) {
            throw new BadField(path, "is missing or is no id");
        }
        if (!CrmId.isValid(text)) {
            throw new BadField(path, "is no id");
        }
        return text;
    }

    /** In JSON, 7, 7.0 and 7e0 are equal. The number of digits is checked before an exponent is expanded to zeros. */
    private static Optional<String> wholeNumber(JsonNode number) {
        if (!number.isNumber()) {
            return Optional.empty();
        }
        BigDecimal value = number.decimalValue();
        if (value.signum() == 0) {
            return Optional.of("0");
        }
        long integerDigits = (long) value.precision() - value.scale();
        boolean whole = value.scale() <= 0 || value.stripTrailingZeros().scale() <= 0;
        return whole && value.signum() > 0 && integerDigits <= MAX_ID_DIGITS
                ? Optional.of(value.toBigInteger().toString())
                : Optional.empty();
    }

    /** The text of a field that may be missing or null. */
    static Optional<String> text(JsonNode value) {
        return value.isTextual() || value.isIntegralNumber() ? Optional.of(value.asText()) : Optional.empty();
    }

    static String requiredText(JsonNode body, String name) throws BadField {
        JsonNode value = body.path(name);
        if (!value.isTextual() || value.asText().isEmpty()) {
            throw new BadField(name, "is missing");
        }
        return value.asText();
    }

    /** Lower-cases ASCII letters only: the compared names have no others. */
    static String lowerCase(String name) {
        StringBuilder lower = new StringBuilder(name.length());
        name.chars().forEach(c -> lower.append((char) (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)));
        return lower.toString();
    }

    /** A list of names; other elements are ignored. Unmodifiable, so that all events of a webhook can share it. */
    static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.forEach(name -> {
            if (name.isTextual()) {
                names.add(name.asText());
            }
        });
        return List.copyOf(names);
    }

    /** ISO-8601 with an offset, or milliseconds since the epoch as a number; empty otherwise. */
    static Optional<Instant> time(JsonNode value) {
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return Optional.of(Instant.ofEpochMilli(value.longValue())).filter(Fields::isPlausible);
        }
        return ZohoTimes.read(value).filter(Fields::isPlausible);
    }

    // Years with five digits can be computed but not parsed.
    private static boolean isPlausible(Instant time) {
        return time.isAfter(Instant.EPOCH) && time.isBefore(LATEST);
    }
}
