package io.webhookmemory.sink.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.cognee.DocumentMetadata;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.topics.digest.Sha256;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes a record as a text for people and language models. A pure function: the same record gives the same bytes,
 * whatever the order of its fields, so that an unchanged record has an unchanged hash.
 */
public final class DocumentWriter {
    /** The field that names a module's own records; in other modules the field of that name is a reference to one. */
    private static final Map<String, String> OWN_TITLES = Map.of(
            "Accounts", "Account_Name",
            "Deals", "Deal_Name",
            "Campaigns", "Campaign_Name",
            "Products", "Product_Name",
            "Vendors", "Vendor_Name",
            "Price_Books", "Price_Book_Name",
            "Solutions", "Solution_Title");

    /** Fields that name a record of any module; the first that is there becomes the title. */
    private static final List<String> TITLES =
            List.of("Full_Name", "Last_Name", "Subject", "Event_Title", "Note_Title", "Name");

    private static final int LONG_TEXT = 200;
    private static final String INDENT = "  ";

    private DocumentWriter() {}

    /**
     * Writes the document of an event's record.
     *
     * @param eventTime time of the state that it shows
     */
    public static NewDocument write(WebhookEvent event, Instant eventTime) {
        String text = text(event.module(), event.recordId(), event.recordData());
        return new NewDocument(
                event.module() + "_" + event.recordId() + ".txt",
                text,
                new DocumentMetadata(event.module(), event.recordId(), eventTime, Sha256.hex(text)));
    }

    private static String text(String module, String recordId, JsonNode record) {
        Map<String, Value> fields = fields(record);
        StringBuilder text = new StringBuilder();
        text.append(PlainText.line(module)).append(' ').append(recordId).append('\n');
        title(module, fields).ifPresent(title -> text.append(title).append('\n'));
        text.append('\n');
        fields.forEach((name, value) -> {
            if (!value.isBlock()) {
                text.append(FieldText.label(name))
                        .append(": ")
                        .append(value.text())
                        .append('\n');
            }
        });
        fields.forEach((name, value) -> {
            if (value.isBlock()) {
                text.append('\n').append(FieldText.label(name)).append(":\n");
                // Indented, so that no line of a value looks like a field.
                value.text()
                        .lines()
                        .forEach(line ->
                                text.append(line.isEmpty() ? "" : INDENT + line).append('\n'));
            }
        });
        return text.toString();
    }

    private static Map<String, Value> fields(JsonNode record) {
        Map<String, Value> fields = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : record.properties()) {
            String name = field.getKey();
            String text = FieldText.isFact(name) ? FieldText.of(name, field.getValue()) : "";
            if (!text.isBlank() && !FieldText.label(name).isEmpty()) {
                boolean isBlock =
                        text.length() > LONG_TEXT || text.indexOf('\n') >= 0 || FieldText.isSubform(field.getValue());
                fields.put(name, new Value(text, isBlock));
            }
        }
        return fields;
    }

    /** @param isBlock whether it has lines of its own, below those of the other fields */
    private record Value(String text, boolean isBlock) {}

    // The account of a contact or deal is a reference, not its own name.
    private static Optional<String> title(String module, Map<String, Value> fields) {
        return Stream.concat(Optional.ofNullable(OWN_TITLES.get(module)).stream(), TITLES.stream())
                .map(fields::get)
                .filter(value -> value != null && !value.isBlock())
                .findFirst()
                .map(Value::text);
    }
}
