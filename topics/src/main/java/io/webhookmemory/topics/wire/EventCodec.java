package io.webhookmemory.topics.wire;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import io.webhookmemory.topics.event.CrmId;
import io.webhookmemory.topics.event.EventIdentity;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;

/** Converts events to JSON bytes and back. Reading validates what every consumer relies on. Thread-safe. */
public final class EventCodec {
    private static final ObjectReader ANY_FORM = Json.MAPPER.readerFor(WebhookEvent.class);

    private EventCodec() {}

    public static byte[] toBytes(WebhookEvent event) {
        return toBytes(event, null);
    }

    /** @param recordData the event's record data as JSON, so that it is not written once more; nullable */
    public static byte[] toBytes(WebhookEvent event, byte[] recordData) {
        try {
            return EventWriter.write(event, recordData);
        } catch (IOException e) {
            throw new SerializationException("cannot write event as JSON", e);
        }
    }

    /** @throws InvalidEventException if the bytes are not JSON, or a field is missing or has the wrong type */
    public static WebhookEvent fromBytes(byte[] bytes) throws InvalidEventException {
        if (bytes == null) {
            throw new InvalidEventException("no value");
        }
        WebhookEvent event = EventReader.read(bytes);
        if (event == null) {
            event = readAnyForm(bytes);
        }
        requireFields(event);
        return event;
    }

    /** Reads any JSON that is an event. Slower than {@link EventReader}, but knows what is wrong. */
    private static WebhookEvent readAnyForm(byte[] bytes) throws InvalidEventException {
        WebhookEvent event;
        try {
            event = ANY_FORM.readValue(bytes);
        } catch (JsonMappingException e) {
            throw new InvalidEventException("bad value of " + path(e));
        } catch (IOException | NumberFormatException e) {
            // Jackson throws NumberFormatException for exponents with too many digits.
            throw new InvalidEventException("not JSON");
        }
        if (event == null) {
            throw new InvalidEventException("not a JSON object");
        }
        return event;
    }

    private static void requireFields(WebhookEvent event) throws InvalidEventException {
        require("event_id", event.eventId());
        require("event_type", event.eventType());
        require("module", event.module());
        require("record_id", event.recordId());
        require("record_data", event.recordData());
        require("timestamp", event.timestamp());
        require("received_at", event.receivedAt());
        require("source", event.source());
        if (!CrmId.isValid(event.recordId())) {
            throw new InvalidEventException("record_id is not a CRM id");
        }
        // Absent in the events of earlier versions.
        if (event.identity() != null && !EventIdentity.isWellFormed(event.identity())) {
            throw new InvalidEventException("bad value of identity");
        }
    }

    private static void require(String field, Object value) throws InvalidEventException {
        if (value == null || "".equals(value)) {
            throw new InvalidEventException("missing " + field);
        }
    }

    private static String path(JsonMappingException e) {
        return e.getPath().isEmpty()
                ? "the document"
                : String.valueOf(e.getPath().get(0).getFieldName());
    }
}
