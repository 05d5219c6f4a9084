package io.webhookmemory.zoho.crm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/** Interprets the value of a record's field. */
public final class FieldValue {
    /** A template variable that the sender did not fill in, or filled in with the text for no value. */
    private static final Pattern UNRESOLVED = Pattern.compile("\\s*(null|\\$\\{[^{}]*})\\s*");

    private FieldValue() {}

    /** Whether the field is empty: null, a blank text, or a lookup that refers to nothing. */
    public static boolean isEmpty(JsonNode value) {
        if (value == null || value.isNull() || value.isMissingNode()) {
            return true;
        }
        if (value.isObject()) {
            return value.properties().stream().allMatch(part -> isBlank(part.getValue()));
        }
        return isBlank(value);
    }

    /**
     * Whether the value is a placeholder of the sender's template, or a lookup by one: it tells nothing about the
     * record.
     */
    public static boolean isUnresolved(JsonNode value) {
        return value.isObject() ? isPlaceholder(value.path("id")) : isPlaceholder(value);
    }

    private static boolean isPlaceholder(JsonNode value) {
        return value.isTextual() && UNRESOLVED.matcher(value.textValue()).matches();
    }

    private static boolean isBlank(JsonNode value) {
        return value.isNull() || (value.isTextual() && value.textValue().isBlank());
    }
}
