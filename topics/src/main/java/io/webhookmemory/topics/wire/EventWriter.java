package io.webhookmemory.topics.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.InstantText;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.time.Instant;

/** Writes events, field by field, as Jackson's data binding would: in the record's order, without those that are null. */
final class EventWriter {
    private static final ObjectWriter KNOWN = Json.MAPPER.writerFor(DirectoryEntry.class);

    private EventWriter() {}

    /** @param recordData the event's record data as JSON; null if it has none or it is still to be written */
    static byte[] write(WebhookEvent event, byte[] recordData) throws IOException {
        return Json.toBytes((json, provider) -> write(json, event, recordData));
    }

    private static void write(JsonGenerator json, WebhookEvent event, byte[] recordData) throws IOException {
        json.writeStartObject();
        text(json, "event_id", event.eventId());
        text(
                json,
                "event_type",
                event.eventType() == null ? null : event.eventType().wireName());
        text(json, "module", event.module());
        text(json, "record_id", event.recordId());
        if (recordData != null) {
            json.writeFieldName("record_data");
            Json.writeRaw(json, recordData);
        } else if (event.recordData() != null) {
            json.writeFieldName("record_data");
            Json.MAPPER.writeTree(json, event.recordData());
        }
        json.writeArrayFieldStart("modified_fields");
        for (String field : event.modifiedFields()) {
            json.writeString(field);
        }
        json.writeEndArray();
        time(json, "timestamp", event.timestamp());
        text(json, "user_id", event.userId());
        time(json, "received_at", event.receivedAt());
        text(json, "source", event.source() == null ? null : event.source().wireName());
        text(json, "identity", event.identity());
        text(json, "account_id", event.accountId());
        if (event.critical() != null) {
            json.writeBooleanField("critical", event.critical());
        }
        if (event.known() != null) {
            json.writeFieldName("known");
            KNOWN.writeValue(json, event.known());
        }
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String name, String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    private static void time(JsonGenerator json, String name, Instant value) throws IOException {
        if (value != null) {
            json.writeStringField(name, InstantText.of(value));
        }
    }
}
