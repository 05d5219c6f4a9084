package io.webhookmemory.sink.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A field's value in words. */
final class FieldText {
    private static final Pattern MONEY =
            Pattern.compile("Amount|Revenue|Price|Cost|Budget|Total|Discount|Tax", Pattern.CASE_INSENSITIVE);
    private static final int MAX_DIGITS = 30;
    private static final Pattern DATE_TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT.*");
    private static final DateTimeFormatter READABLE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm xxx", Locale.ROOT);

    private FieldText() {}

    /** Empty where the value says nothing. */
    static String of(String fieldName, JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return "";
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? "yes" : "no";
        }
        if (value.isNumber()) {
            return MONEY.matcher(fieldName).find() ? money(value.decimalValue()) : value.asText();
        }
        if (value.isArray()) {
            return parts(StreamSupport.stream(value.spliterator(), false)
                    .map(element -> of(fieldName, element))
                    .toList());
        }
        return value.isObject() ? reference(value) : text(value.asText());
    }

    /** A reference is called by its name; what has none is listed with its parts. */
    private static String reference(JsonNode object) {
        for (String naming : List.of("name", "full_name", "email", "id")) {
            if (object.path(naming).isValueNode()
                    && !object.path(naming).asText().isBlank()) {
                return object.path(naming).asText();
            }
        }
        return parts(object.properties().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .map(part -> of(part.getKey(), part.getValue()))
                .toList());
    }

    private static String parts(List<String> parts) {
        return parts.stream().filter(part -> !part.isBlank()).collect(Collectors.joining(", "));
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
            return text.strip();
        }
        try {
            return OffsetDateTime.parse(text).format(READABLE);
        } catch (DateTimeParseException e) {
            return text.strip();
        }
    }
}
