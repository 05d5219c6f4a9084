package io.webhookmemory.topics.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.webhookmemory.topics.event.CognifyRequest;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** A record as JSON text on a topic; null is a tombstone. Thread-safe. */
public final class JsonSerde<T> implements Serde<T> {
    private final ObjectWriter writer;
    private final ObjectReader reader;

    private JsonSerde(Class<T> type) {
        writer = Json.MAPPER.writerFor(type);
        reader = Json.MAPPER.readerFor(type);
    }

    public static JsonSerde<DirectoryEntry> directoryEntry() {
        return new JsonSerde<>(DirectoryEntry.class);
    }

    public static JsonSerde<CognifyRequest> cognifyRequest() {
        return new JsonSerde<>(CognifyRequest.class);
    }

    /** A serde for a value that stays within one module, such as that of a state store. */
    public static <T> JsonSerde<T> of(Class<T> type) {
        return new JsonSerde<>(type);
    }

    public byte[] toBytes(T value) {
        try {
            return value == null ? null : writer.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new SerializationException("cannot write as JSON", e);
        }
    }

    /** @throws SerializationException if the bytes are not such a value; their content is not in the message */
    public T fromBytes(byte[] bytes) {
        try {
            return bytes == null ? null : reader.readValue(bytes);
        } catch (IOException e) {
            throw new SerializationException(
                    "not the expected JSON: " + e.getClass().getSimpleName());
        }
    }

    @Override
    public Serializer<T> serializer() {
        return (topic, value) -> toBytes(value);
    }

    @Override
    public Deserializer<T> deserializer() {
        return (topic, bytes) -> fromBytes(bytes);
    }
}
