package io.webhookmemory.sink.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.zoho.crm.FieldValue;
import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Formats the value of a field. */
final class FieldText {
    /** Fields that Zoho changes with every edit: they would change every document without new information. */
    private static final Set<String> BOOKKEEPING =
            Set.of("id", "Modified_Time", "Modified_By", "Last_Activity_Time", "Record_Status__s");

    /** Fields of a reference that only identify the other record. */
    private static final Set<String> REFERENCE = Set.of(
            "id", "name", "full_name", "first_name", "last_name", "email", "module", "api_name", "zuid", "color_code");

    /** What names a row of a subform, such as a quote's item. */
    private static final Set<String> ROW_TITLES = Set.of("Product_Name", "Name");

    private static final Pattern MONEY =
            Pattern.compile("Amount|Revenue|Price|Cost|Budget|Total|Discount|Tax", Pattern.CASE_INSENSITIVE);
    private static final int MAX_DIGITS = 30;
    private static final Pattern DATE_TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT.*");
    private static final DateTimeFormatter READABLE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm xxx", Locale.ROOT);

    private FieldText() {}

    /** Whether a field with that name contains information about its record. */
    static boolean isFact(String fieldName) {
        return !fieldName.startsWith("$") && !BOOKKEEPING.contains(fieldName);
    }

    /** The field's name on one line, without the separator between name and value. */
    static String label(String fieldName) {
        return PlainText.line(fieldName.replace('_', ' ').replace(':', ' ')).strip();
    }

    /**
     * Lines separated by {@code
     * }; empty if the value contains no information.
     */
    static String of(String fieldName, JsonNode value) {
        if (isSubform(value)) {
            return rows(value);
        }
        return value.isTextual() && !FieldValue.isUnresolved(value) ? text(value.asText()) : line(fieldName, value);
    }

    /** One line; empty if the value contains no information. */
    private static String line(String fieldName, JsonNode value) {
        if (value.isNull() || value.isMissingNode() || FieldValue.isUnresolved(value)) {
            return "";
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? "yes" : "no";
        }
        if (value.isNumber()) {
            return MONEY.matcher(fieldName).find() ? money(value.decimalValue()) : value.asText();
        }
        if (value.isArray()) {
            return parts(elements(value).map(element -> line(fieldName, element)));
        }
        return value.isObject() ? reference(value) : PlainText.line(text(value.asText()));
    }

    /** A reference is shown by its name; without a name, all its parts are listed. */
    private static String reference(JsonNode object) {
        for (String naming : List.of("name", "full_name", "email")) {
            String name = object.path(naming).isValueNode() ? line(naming, object.path(naming)) : "";
            if (!name.isBlank()) {
                return name;
            }
        }
        String parts = parts(facts(object).map(part -> line(part.getKey(), part.getValue())));
        return parts.isEmpty() ? line("id", object.path("id")) : parts;
    }

    /** Whether an element of the list contains more than a reference. */
    static boolean isSubform(JsonNode value) {
        return value.isArray()
                && elements(value).anyMatch(row -> facts(row).anyMatch(field -> !REFERENCE.contains(field.getKey())));
    }

    private static String rows(JsonNode subform) {
        return elements(subform)
                .map(FieldText::row)
                .filter(row -> !row.isEmpty())
                .map(row -> "- " + row)
                .collect(Collectors.joining("\n"));
    }

    /** A line for each field, first what the row is called. */
    private static String row(JsonNode row) {
        if (!row.isObject()) {
            return line("", row);
        }
        String fields = facts(row)
                .sorted(Comparator.comparing(field -> !ROW_TITLES.contains(field.getKey())))
                .map(field -> Map.entry(label(field.getKey()), line(field.getKey(), field.getValue())))
                .filter(field -> !field.getKey().isBlank() && !field.getValue().isBlank())
                .map(field -> field.getKey() + ": " + field.getValue())
                .collect(Collectors.joining("\n  "));
        return fields.isEmpty() ? line("id", row.path("id")) : fields;
    }

    /** An object's fields in the order of their names, without the reference from a subform's row to its record. */
    private static Stream<Map.Entry<String, JsonNode>> facts(JsonNode object) {
        return object.properties().stream()
                .filter(field -> isFact(field.getKey()) && !field.getKey().equals("Parent_Id"))
                .sorted(Map.Entry.comparingByKey());
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static String parts(Stream<String> parts) {
        return parts.filter(part -> !part.isBlank()).collect(Collectors.joining(", "));
    }

    private static String money(BigDecimal amount) {
        if (Math.abs(amount.scale()) > MAX_DIGITS || amount.precision() > MAX_DIGITS) {
            // Written out, 1E+9999999 would be a document of ten megabytes.
            return amount.toString();
        }
        DecimalFormat format = new DecimalFormat("#,##0.##########", DecimalFormatSymbols.getInstance(Locale.ROOT));
        format.setMinimumFractionDigits(amount.scale() > 0 ? 2 : 0);
        return format.format(amount);
    }

    private static String text(String text) {
        if (!DATE_TIME.matcher(text).matches()) {
            return PlainText.lines(text);
        }
        try {
            return OffsetDateTime.parse(text).format(READABLE);
        } catch (DateTimeParseException e) {
            return PlainText.lines(text);
        }
    }
}
