package io.webhookmemory.topics.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.InvalidEventException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The committed JSON Schema and the codec say the same of what an event is. */
class EventSchemaTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private final Schema schema = schema();

    @Test
    void what_the_codec_writes_is_valid_before_and_after_the_stream_processor() throws Exception {
        WebhookEvent received = received();
        WebhookEvent routed = received.routed(
                received.recordData(),
                NOW,
                null,
                true,
                new DirectoryEntry("Deals", "2", "account_2", "data-id", "ab", NOW));

        assertThat(problems(EventCodec.toBytes(received))).isEmpty();
        assertThat(problems(EventCodec.toBytes(routed))).isEmpty();
    }

    @Test
    void an_event_that_met_an_intent_is_valid() throws Exception {
        DirectoryEntry.Intent intent = new DirectoryEntry.Intent(List.of("account_2"), null, "e-1", "sink-0", NOW);
        WebhookEvent verify = new WebhookEvent(
                "verify:e-1",
                EventType.VERIFY,
                "Deals",
                "5725767000003000064",
                Json.MAPPER.createObjectNode(),
                List.of(),
                NOW,
                null,
                NOW,
                EventSource.CHANNEL,
                null,
                "2",
                false,
                new DirectoryEntry("Deals", "2", "account_2", null, null, NOW, intent));

        assertThat(problems(EventCodec.toBytes(verify))).isEmpty();
        assertThat(EventCodec.fromBytes(EventCodec.toBytes(verify))).isEqualTo(verify);
    }

    @ParameterizedTest
    @EnumSource(EventSource.class)
    void every_source_is_in_the_schema(EventSource source) throws Exception {
        ObjectNode event = (ObjectNode) Json.MAPPER.readTree(EventCodec.toBytes(received()));
        event.put("source", source.wireName());

        assertThat(problems(Json.MAPPER.writeValueAsBytes(event))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "event_id|null",
                "event_id|\"\"",
                "event_type|\"explode\"",
                "module|null",
                "record_id|\"\"",
                "record_id|\"none\"",
                "record_id|\"a/b\"",
                "record_data|[]",
                "record_data|null",
                "timestamp|null",
                "received_at|\"yesterday\"",
                "source|\"carrier pigeon\"",
                "identity|\"\"",
                "identity|\"g\"",
            })
    void what_the_schema_refuses_the_codec_refuses_too(String field, String value) throws Exception {
        ObjectNode event = (ObjectNode) Json.MAPPER.readTree(EventCodec.toBytes(received()));
        event.set(field, Json.MAPPER.readTree(value));
        byte[] bytes = Json.MAPPER.writeValueAsBytes(event);

        assertThat(problems(bytes)).isNotEmpty();
        assertThatThrownBy(() -> EventCodec.fromBytes(bytes)).isInstanceOf(InvalidEventException.class);
    }

    private List<?> problems(byte[] event) throws Exception {
        JsonNode json = Json.MAPPER.readTree(event);
        return schema.validate(
                json, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }

    private static WebhookEvent received() {
        return WebhookEvent.received(
                        "e-1",
                        EventType.CREATE,
                        "Deals",
                        "5725767000003000064",
                        Json.MAPPER.createObjectNode().put("Amount", 1),
                        List.of("Amount"),
                        NOW,
                        "7",
                        NOW,
                        EventSource.CHANNEL)
                .withIdentity("0a".repeat(32));
    }

    private static Schema schema() {
        InputStream text = EventCodec.class.getResourceAsStream("/schema/webhook-event.schema.json");
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(text);
    }
}
