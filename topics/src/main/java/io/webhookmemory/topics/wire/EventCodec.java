package io.webhookmemory.topics.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.webhookmemory.topics.event.CrmId;
import io.webhookmemory.topics.event.EventIdentity;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;

/** Converts events to JSON bytes and back. Reading validates what every consumer relies on. Thread-safe. */
public final class EventCodec {
    private static final ObjectWriter WRITER = Json.MAPPER.writerFor(WebhookEvent.class);
    private static final ObjectReader READER = Json.MAPPER.readerFor(WebhookEvent.class);

    private EventCodec() {}

    public static byte[] toBytes(WebhookEvent event) {
        try {
            return WRITER.writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new SerializationException("cannot write event as JSON", e);
        }
    }

    /** @throws InvalidEventException if the bytes are not JSON, or a field is missing or has the wrong type */
    public static WebhookEvent fromBytes(byte[] bytes) throws InvalidEventException {
        if (bytes == null) {
            throw new InvalidEventException("no value");
        }
        WebhookEvent event;
        try {
            event = READER.readValue(bytes);
        } catch (JsonMappingException e) {
            throw new InvalidEventException("bad value of " + path(e));
        } catch (IOException | NumberFormatException e) {
            // Jackson throws NumberFormatException for exponents with too many digits.
            throw new InvalidEventException("not JSON");
        }
        if (event == null) {
            throw new InvalidEventException("not a JSON object");
        }
        requireFields(event);
        return event;
    }

    private static void requireFields(WebhookEvent event) throws InvalidEventException {
        Map<String, Object> required = new LinkedHashMap<>();
        required.put("event_id", event.eventId());
        required.put("event_type", event.eventType());
        required.put("module", event.module());
        required.put("record_id", event.recordId());
        required.put("record_data", event.recordData());
        required.put("timestamp", event.timestamp());
        required.put("received_at", event.receivedAt());
        required.put("source", event.source());
        for (Map.Entry<String, Object> field : required.entrySet()) {
            if (field.getValue() == null || "".equals(field.getValue())) {
                throw new InvalidEventException("missing " + field.getKey());
            }
        }
        if (!CrmId.isValid(event.recordId())) {
            throw new InvalidEventException("record_id is not a CRM id");
        }
        // Absent in the events of earlier versions.
        if (event.identity() != null && !EventIdentity.isWellFormed(event.identity())) {
            throw new InvalidEventException("bad value of identity");
        }
    }

    private static String path(JsonMappingException e) {
        return e.getPath().isEmpty()
                ? "the document"
                : String.valueOf(e.getPath().get(0).getFieldName());
    }
}
