package io.webhookmemory.sink.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.sink.cognee.DocumentMetadata;
import io.webhookmemory.sink.cognee.NewDocument;
import io.webhookmemory.topics.event.WebhookEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes a record as a text that people and language models can read. A pure function: the same record gives the same
 * bytes, whatever the order of its fields, so that an unchanged record is known by its hash.
 */
public final class DocumentWriter {
    /** Fields that name a record, by module; the first that is there becomes the title. */
    private static final List<String> TITLES = List.of(
            "Account_Name", "Full_Name", "Last_Name", "Deal_Name", "Subject", "Event_Title", "Note_Title", "Name");

    /** What Zoho changes by itself with every edit: it would make every document new without saying anything. */
    private static final Set<String> BOOKKEEPING =
            Set.of("id", "Modified_Time", "Modified_By", "Last_Activity_Time", "Record_Status__s");

    private static final int LONG_TEXT = 200;

    private DocumentWriter() {}

    /**
     * Writes the document of an event's record.
     *
     * @param eventTime when the state it shows came to be
     */
    public static NewDocument write(WebhookEvent event, Instant eventTime) {
        String text = text(event.module(), event.recordId(), event.recordData());
        return new NewDocument(
                event.module() + "_" + event.recordId() + ".txt",
                text,
                new DocumentMetadata(event.module(), event.recordId(), eventTime, sha256(text)));
    }

    private static String text(String module, String recordId, JsonNode record) {
        Map<String, String> fields = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : record.properties()) {
            String name = field.getKey();
            String value =
                    name.startsWith("$") || BOOKKEEPING.contains(name) ? "" : FieldText.of(name, field.getValue());
            if (!value.isBlank()) {
                fields.put(name, value);
            }
        }
        StringBuilder text = new StringBuilder();
        text.append(module).append(' ').append(recordId).append('\n');
        title(module, fields).ifPresent(title -> text.append(title).append('\n'));
        text.append('\n');
        fields.forEach((name, value) -> {
            if (!isLong(value)) {
                text.append(label(name)).append(": ").append(value).append('\n');
            }
        });
        fields.forEach((name, value) -> {
            if (isLong(value)) {
                text.append('\n')
                        .append(label(name))
                        .append(":\n")
                        .append(value)
                        .append('\n');
            }
        });
        return text.toString();
    }

    // A contact's or deal's account is a reference, not its own name.
    private static java.util.Optional<String> title(String module, Map<String, String> fields) {
        return TITLES.stream()
                .filter(name -> !name.equals("Account_Name") || module.equals("Accounts"))
                .map(fields::get)
                .filter(value -> value != null && !isLong(value))
                .findFirst();
    }

    private static boolean isLong(String value) {
        return value.length() > LONG_TEXT || value.indexOf('\n') >= 0;
    }

    private static String label(String fieldName) {
        return fieldName.replace('_', ' ').strip();
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
