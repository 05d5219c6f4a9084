package io.webhookmemory.topics.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.InvalidEventException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventCodecTest {
    private static final String DATA = "{\"Amount\":100.10,\"Big\":12345678901234567890,\"Name\":\"Žofia\"}";

    @Test
    void an_event_survives_the_wire_with_its_data_unchanged_to_the_digit() throws Exception {
        WebhookEvent event = event();

        WebhookEvent read = EventCodec.fromBytes(EventCodec.toBytes(event));

        assertThat(read).isEqualTo(event);
        assertThat(read.recordData().toString()).isEqualTo(DATA);
    }

    @Test
    void the_wire_names_are_the_originals_and_absent_values_are_left_out() throws Exception {
        String json = new String(EventCodec.toBytes(event()), UTF_8);

        assertThat(Json.MAPPER.readTree(json).fieldNames())
                .toIterable()
                .containsExactly(
                        "event_id",
                        "event_type",
                        "module",
                        "record_id",
                        "record_data",
                        "modified_fields",
                        "timestamp",
                        "received_at",
                        "source");
        assertThat(json).contains("\"event_type\":\"update\"", "\"timestamp\":\"2026-01-02T03:04:05Z\"");
    }

    @Test
    void unknown_fields_are_ignored_so_that_events_can_grow() throws Exception {
        ObjectNode json = (ObjectNode) Json.MAPPER.readTree(EventCodec.toBytes(event()));
        json.put("from_the_future", true);

        assertThat(EventCodec.fromBytes(Json.MAPPER.writeValueAsBytes(json))).isEqualTo(event());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "event_id|null|missing event_id",
                "module|\"\"|missing module",
                "record_data|null|missing record_data",
                "record_data|[1]|bad value of record_data",
                "record_id|\"none\"|record_id is not a CRM id",
                "record_id|\"../x\"|record_id is not a CRM id",
                "event_type|\"explode\"|bad value of event_type",
                "timestamp|\"yesterday\"|bad value of timestamp",
                "identity|\"A\"|bad value of identity",
            })
    void a_bad_field_is_named_and_its_value_is_not(String field, String value, String message) throws Exception {
        ObjectNode json = (ObjectNode) Json.MAPPER.readTree(EventCodec.toBytes(event()));
        json.set(field, Json.MAPPER.readTree(value));
        byte[] bytes = Json.MAPPER.writeValueAsBytes(json);

        assertThatThrownBy(() -> EventCodec.fromBytes(bytes))
                .isInstanceOf(InvalidEventException.class)
                .hasMessage(message);
    }

    @Test
    void an_account_id_that_is_no_id_on_an_old_event_is_read_as_no_account() throws Exception {
        ObjectNode json = (ObjectNode) Json.MAPPER.readTree(EventCodec.toBytes(event()));
        json.put("account_id", "none");
        json.putObject("known").put("account_id", "../x").put("dataset", "account_../x");

        WebhookEvent read = EventCodec.fromBytes(Json.MAPPER.writeValueAsBytes(json));

        assertThat(read.accountId()).isNull();
        assertThat(read.known().accountId()).isNull();
        assertThat(read.known().dataset()).as("where its document lies").isEqualTo("account_../x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{not json|not JSON", "null|not a JSON object", "[]|bad value of the document"})
    void bytes_that_are_no_object_are_refused(String text, String message) {
        assertThatThrownBy(() -> EventCodec.fromBytes(text.getBytes(UTF_8)))
                .isInstanceOf(InvalidEventException.class)
                .hasMessage(message);
    }

    private static WebhookEvent event() throws Exception {
        return WebhookEvent.received(
                "e-1",
                EventType.UPDATE,
                "Deals",
                "5725767000003000064",
                (ObjectNode) Json.MAPPER.readTree(DATA),
                List.of("Amount"),
                Instant.parse("2026-01-02T03:04:05Z"),
                null,
                Instant.parse("2026-01-02T03:04:06Z"),
                EventSource.SIGNED);
    }
}
