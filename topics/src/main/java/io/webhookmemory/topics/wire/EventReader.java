package io.webhookmemory.topics.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.InstantText;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads events in the form in which {@link EventWriter} writes them, faster than Jackson's data binding. Fields in any
 * order and unknown fields belong to this form; null, a value of another type or another form of time does not.
 */
final class EventReader {
    private static final ObjectReader CONTENT = Json.MAPPER.readerFor(ObjectNode.class);
    private static final ObjectReader KNOWN = Json.MAPPER.readerFor(DirectoryEntry.class);

    private final JsonParser json;
    private String eventId;
    private EventType eventType;
    private String module;
    private String recordId;
    private ObjectNode recordData;
    private List<String> modifiedFields;
    private Instant timestamp;
    private String userId;
    private Instant receivedAt;
    private EventSource source;
    private String identity;
    private String accountId;
    private Boolean critical;
    private DirectoryEntry known;

    private EventReader(JsonParser json) {
        this.json = json;
    }

    /** @return null if the bytes have another form; they may still be an event, which data binding decides */
    static WebhookEvent read(byte[] bytes) {
        try (JsonParser json = Json.MAPPER.createParser(bytes)) {
            return new EventReader(json).event();
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private WebhookEvent event() throws IOException {
        require(json.nextToken() == JsonToken.START_OBJECT);
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            readField(name);
        }
        require(json.currentToken() == JsonToken.END_OBJECT);
        return new WebhookEvent(
                eventId,
                eventType,
                module,
                recordId,
                recordData,
                modifiedFields,
                timestamp,
                userId,
                receivedAt,
                source,
                identity,
                accountId,
                critical,
                known);
    }

    private void readField(String name) throws IOException {
        switch (name) {
            case "event_id" -> eventId = once(eventId, text());
            case "event_type" -> eventType = once(eventType, EventType.of(text()));
            case "module" -> module = once(module, text());
            case "record_id" -> recordId = once(recordId, text());
            case "record_data" -> recordData = once(recordData, CONTENT.readValue(json));
            case "modified_fields" -> modifiedFields = once(modifiedFields, texts());
            case "timestamp" -> timestamp = once(timestamp, InstantText.read(text()));
            case "user_id" -> userId = once(userId, text());
            case "received_at" -> receivedAt = once(receivedAt, InstantText.read(text()));
            case "source" -> source = once(source, EventSource.of(text()));
            case "identity" -> identity = once(identity, text());
            case "account_id" -> accountId = once(accountId, text());
            case "critical" -> critical = once(critical, json.getBooleanValue());
            case "known" -> known = once(known, KNOWN.readValue(json));
            default -> json.skipChildren();
        }
    }

    private String text() throws IOException {
        require(json.currentToken() == JsonToken.VALUE_STRING);
        return json.getText();
    }

    private List<String> texts() throws IOException {
        require(json.currentToken() == JsonToken.START_ARRAY);
        List<String> texts = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            texts.add(text());
        }
        return texts;
    }

    /** A second field of the same name, or no value, is for data binding to decide on. */
    private static <T> T once(T before, T value) {
        require(before == null && value != null);
        return value;
    }

    private static void require(boolean isExpected) {
        if (!isExpected) {
            throw new IllegalStateException("another form");
        }
    }
}
