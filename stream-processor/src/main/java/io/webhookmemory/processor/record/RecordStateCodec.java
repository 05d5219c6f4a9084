package io.webhookmemory.processor.record;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Stores a record's state as JSON, because people inspect changelog topics. An instant is stored as seconds and
 * nanoseconds, and fields that were set together share one. Every event reads and writes its record's state, and
 * ISO-8601 texts, one per field, took a quarter of the processor's time.
 * <pre>{@code {"data":{…},"whole_at":[s,n],"newest":[s,n],"deleted_at":[s,n],"version":[s,n],
 * "field_times":[[s,n,"Stage","Amount"],…],
 * "filing":{"module":"Tasks","account":"1","parents":{"2":["1"],"3":[null],"4":[]}}}}</pre>
 *
 * <p>A parent's list is what it told: an account, that it has none, or nothing yet. An erased record has
 * {@code "erased":true}, empty {@code data} and no filing; the {@code admin} command line reads this.
 */
public final class RecordStateCodec {
    private static final String DATA = "data";
    private static final String WHOLE_AT = "whole_at";
    private static final String NEWEST = "newest";
    private static final String DELETED_AT = "deleted_at";
    private static final String VERSION = "version";
    private static final String FIELD_TIMES = "field_times";
    private static final String FILING = "filing";
    private static final String ERASED = "erased";
    private static final String MODULE = "module";
    private static final String ACCOUNT = "account";
    private static final String PARENTS = "parents";

    private RecordStateCodec() {}

    public static byte[] toBytes(RecordState state) {
        return toBytes(state, dataBytes(state));
    }

    /** The record as known, as JSON. */
    public static byte[] dataBytes(RecordState state) {
        try {
            return Json.MAPPER.writeValueAsBytes(state.data());
        } catch (JsonProcessingException e) {
            throw new SerializationException("cannot write a record", e);
        }
    }

    /** @param data the state's {@link #dataBytes}: the record is written once for its state and its event */
    public static byte[] toBytes(RecordState state, byte[] data) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder();
                JsonGenerator json = Json.MAPPER.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeFieldName(DATA);
            Json.writeRaw(json, data);
            writeInstant(json, WHOLE_AT, state.wholeAt());
            writeInstant(json, NEWEST, state.newest());
            if (state.deletedAt() != null) {
                writeInstant(json, DELETED_AT, state.deletedAt());
            }
            if (!state.version().equals(state.asOf())) {
                writeInstant(json, VERSION, state.version());
            }
            writeFieldTimes(json, state.fieldTimes());
            if (state.filing() != null) {
                writeFiling(json, state.filing());
            }
            if (state.erased()) {
                json.writeBooleanField(ERASED, true);
            }
            json.writeEndObject();
            json.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new SerializationException("cannot write a record's state", e);
        }
    }

    private static void writeFieldTimes(JsonGenerator json, Map<String, Instant> fieldTimes) throws IOException {
        Map<Instant, List<String>> groups = new LinkedHashMap<>();
        fieldTimes.forEach((field, time) ->
                groups.computeIfAbsent(time, at -> new ArrayList<>()).add(field));
        json.writeArrayFieldStart(FIELD_TIMES);
        for (Map.Entry<Instant, List<String>> group : groups.entrySet()) {
            json.writeStartArray();
            writeNumbers(json, group.getKey());
            for (String field : group.getValue()) {
                json.writeString(field);
            }
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    private static void writeFiling(JsonGenerator json, Filing filing) throws IOException {
        json.writeObjectFieldStart(FILING);
        json.writeStringField(MODULE, filing.module());
        if (filing.account() != null) {
            json.writeStringField(ACCOUNT, filing.account());
        }
        if (!filing.parents().isEmpty()) {
            json.writeObjectFieldStart(PARENTS);
            for (Map.Entry<String, Told> parent : filing.parents().entrySet()) {
                json.writeArrayFieldStart(parent.getKey());
                if (parent.getValue().known()) {
                    json.writeString(parent.getValue().account());
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void writeInstant(JsonGenerator json, String name, Instant time) throws IOException {
        json.writeArrayFieldStart(name);
        writeNumbers(json, time);
        json.writeEndArray();
    }

    private static void writeNumbers(JsonGenerator json, Instant time) throws IOException {
        json.writeNumber(time.getEpochSecond());
        json.writeNumber(time.getNano());
    }

    /**
     * Reads a stored state.
     *
     * @param bytes null if nothing is known of the record
     * @return null for null
     * @throws SerializationException if the bytes are not a state; the message does not contain them
     */
    public static RecordState fromBytes(byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        try (JsonParser json = Json.MAPPER.createParser(bytes)) {
            return read(json);
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(
                    "not a record's state: " + e.getClass().getSimpleName());
        }
    }

    /**
     * When a stored record was deleted, without reading its content.
     *
     * @return null if it lives, or the bytes are not a state
     */
    public static Instant deletedAt(byte[] bytes) {
        try (JsonParser json = Json.MAPPER.createParser(bytes)) {
            expect(json.nextToken(), JsonToken.START_OBJECT);
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                json.nextToken();
                if (name.equals(DELETED_AT)) {
                    return readInstant(json);
                }
                json.skipChildren();
            }
            return null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private static RecordState read(JsonParser json) throws IOException {
        ObjectNode data = null;
        Instant wholeAt = null;
        Instant newest = null;
        Instant deletedAt = null;
        Instant version = null;
        Filing filing = null;
        boolean erased = false;
        Map<String, Instant> fieldTimes = new HashMap<>();
        expect(json.nextToken(), JsonToken.START_OBJECT);
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            switch (name) {
                case DATA -> data = Json.MAPPER.readTree(json);
                case WHOLE_AT -> wholeAt = readInstant(json);
                case NEWEST -> newest = readInstant(json);
                case DELETED_AT -> deletedAt = readInstant(json);
                case VERSION -> version = readInstant(json);
                case FIELD_TIMES -> readFieldTimes(json, fieldTimes);
                case FILING -> filing = filing(Json.MAPPER.readTree(json));
                case ERASED -> erased = json.getBooleanValue();
                default -> json.skipChildren();
            }
        }
        if (data == null || wholeAt == null || newest == null) {
            throw new IllegalStateException("incomplete");
        }
        Instant shown = version == null ? RecordState.asOf(newest, deletedAt) : version;
        return new RecordState(data, wholeAt, fieldTimes, newest, deletedAt, shown, filing, erased);
    }

    private static Filing filing(JsonNode json) {
        Map<String, Told> parents = new HashMap<>();
        for (Map.Entry<String, JsonNode> parent : json.path(PARENTS).properties()) {
            JsonNode told = parent.getValue();
            parents.put(
                    parent.getKey(),
                    told.isEmpty() ? Told.UNKNOWN : new Told(true, told.path(0).textValue()));
        }
        return new Filing(json.path(MODULE).textValue(), json.path(ACCOUNT).textValue(), parents);
    }

    private static void readFieldTimes(JsonParser json, Map<String, Instant> fieldTimes) throws IOException {
        while (json.nextToken() == JsonToken.START_ARRAY) {
            Instant time = readNumbers(json);
            for (String field = json.nextTextValue(); field != null; field = json.nextTextValue()) {
                fieldTimes.put(field, time);
            }
        }
    }

    private static Instant readInstant(JsonParser json) throws IOException {
        Instant time = readNumbers(json);
        expect(json.nextToken(), JsonToken.END_ARRAY);
        return time;
    }

    private static Instant readNumbers(JsonParser json) throws IOException {
        long seconds = json.nextLongValue(0);
        return Instant.ofEpochSecond(seconds, json.nextLongValue(0));
    }

    private static void expect(JsonToken actual, JsonToken expected) {
        if (actual != expected) {
            throw new IllegalStateException(expected + " expected");
        }
    }
}
