package io.webhookmemory.topics.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.OutputStream;

/** The one JSON mapper: snake_case names, ISO-8601 instants, numbers kept exactly as they were written. */
public final class Json {

    /**
     * Unknown fields are ignored so that events can grow. Decimals stay {@code BigDecimal} with trailing zeros: a CRM
     * amount of 100.10 must not change its bytes.
     */
    public static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    // Names come from outside: interning every distinct name costs ten times as much as reading it.
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build())
            .addModule(new JavaTimeModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final ObjectWriter WRITER = MAPPER.writer();

    private Json() {}

    /** Writes one JSON value. */
    @FunctionalInterface
    public interface Value {
        void write(JsonGenerator json, SerializerProvider provider) throws IOException;
    }

    /** The value in UTF-8, written into buffers that Jackson uses again. */
    public static byte[] toBytes(Value value) throws IOException {
        return WRITER.writeValueAsBytes(new Written(value));
    }

    private static final class Written extends JsonSerializable.Base {
        private final Value value;

        Written(Value value) {
            this.value = value;
        }

        @Override
        public void serialize(JsonGenerator json, SerializerProvider provider) throws IOException {
            value.write(json, provider);
        }

        @Override
        public void serializeWithType(JsonGenerator json, SerializerProvider provider, TypeSerializer type)
                throws IOException {
            serialize(json, provider);
        }
    }

    /**
     * Writes a value that is JSON already.
     *
     * @param json writes to an output stream
     * @param value JSON in UTF-8
     */
    public static void writeRaw(JsonGenerator json, byte[] value) throws IOException {
        // Nothing, where the generator expects a value: it writes what precedes one.
        json.writeRawValue("");
        json.flush();
        ((OutputStream) json.getOutputTarget()).write(value);
    }
}
