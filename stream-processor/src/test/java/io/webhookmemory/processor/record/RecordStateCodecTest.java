package io.webhookmemory.processor.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordStateCodecTest {
    @Test
    void a_state_is_read_back_as_it_was() throws Exception {
        ObjectNode data = (ObjectNode)
                Json.MAPPER.readTree(
                        "{\"id\":\"1\",\"Amount\":100.10,\"Big\":5725767000003000064,\"Owner\":{\"id\":\"9\",\"tags\":[1,null]}}");
        Instant precise = Instant.parse("2026-01-01T00:00:00.123456789Z");
        RecordState state = new RecordState(
                data,
                Instant.MIN,
                Map.of("id", precise, "Amount", precise, "Ü\"", Instant.MAX),
                precise,
                Instant.parse("1969-12-31T23:59:59.5Z"),
                precise.plusNanos(1000),
                new Filing(
                        "Tasks", "7", Map.of("2", new Told(true, "7"), "3", new Told(true, null), "4", Told.UNKNOWN)),
                true);

        RecordState read = RecordStateCodec.fromBytes(RecordStateCodec.toBytes(state));

        assertThat(read).isEqualTo(state);
        assertThat(read.data()).hasToString(data.toString());
    }

    @Test
    void a_state_is_stored_in_the_form_that_running_instances_read() throws Exception {
        RecordState state = new RecordState(
                (ObjectNode) Json.MAPPER.readTree("{\"id\":\"1\",\"Amount\":100.10}"),
                Instant.EPOCH,
                Map.of("Amount", Instant.ofEpochSecond(5, 7)),
                Instant.ofEpochSecond(5, 7),
                Instant.ofEpochSecond(4),
                Instant.ofEpochSecond(6),
                new Filing("Tasks", "7", Map.of("2", new Told(true, "7"))),
                false);

        assertThat(new String(RecordStateCodec.toBytes(state), UTF_8))
                .isEqualTo("{\"data\":{\"id\":\"1\",\"Amount\":100.10},\"whole_at\":[0,0],\"newest\":[5,7],"
                        + "\"deleted_at\":[4,0],\"version\":[6,0],\"field_times\":[[5,7,\"Amount\"]],"
                        + "\"filing\":{\"module\":\"Tasks\",\"account\":\"7\",\"parents\":{\"2\":[\"7\"]}}}");
    }

    @Test
    void a_state_without_a_version_was_shown_as_of_its_newest_change() {
        String stored = "{\"data\":{},\"whole_at\":[1,0],\"newest\":[2,0],\"deleted_at\":[3,0]}";

        assertThat(RecordStateCodec.fromBytes(stored.getBytes(UTF_8)).version()).isEqualTo(Instant.ofEpochSecond(3));
    }

    @Test
    void the_time_of_deletion_is_read_without_the_content_and_none_from_what_is_no_state() {
        String living = "{\"data\":{\"deleted_at\":[9,0],\"a\":[{}]},\"whole_at\":[1,0],\"newest\":[2,0]}";
        String deleted = living.replace("\"newest\"", "\"deleted_at\":[3,0],\"newest\"");

        assertThat(RecordStateCodec.deletedAt(living.getBytes(UTF_8))).isNull();
        assertThat(RecordStateCodec.deletedAt(deleted.getBytes(UTF_8))).isEqualTo(Instant.ofEpochSecond(3));
        for (String bytes : List.of("", "no state", "[]", "{", "{\"deleted_at\":7}")) {
            assertThat(RecordStateCodec.deletedAt(bytes.getBytes(UTF_8))).isNull();
        }
    }

    @Test
    void nothing_is_known_where_nothing_is_stored() {
        assertThat(RecordStateCodec.fromBytes(null)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "no state", "[]", "{}", "{\"data\":[]}", "{\"data\":{},\"whole_at\":1,\"newest\":2}", "{"})
    void bytes_that_are_no_state_are_refused_without_showing_them(String bytes) {
        assertThatThrownBy(() -> RecordStateCodec.fromBytes(bytes.getBytes(UTF_8)))
                .isInstanceOf(SerializationException.class)
                .hasMessageStartingWith("not a record's state: ")
                .hasNoCause();
    }
}
