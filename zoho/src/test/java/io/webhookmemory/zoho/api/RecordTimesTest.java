package io.webhookmemory.zoho.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTimesTest {
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final RecordTimes times = new RecordTimes(metrics);

    @ParameterizedTest
    @ValueSource(
            strings = {"'02/03/2026 10:15 AM'", "'2026-03-02'", "'2026-03-02T10:15:00'", "1772442900000", "true", "[]"})
    void a_time_that_cannot_be_read_is_none_and_is_counted(String value) throws Exception {
        assertThat(times.read(record(value), "Modified_Time")).isEmpty();
        assertThat(unreadable()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "''", "'  '"})
    void a_time_that_is_not_there_is_none_and_is_not_counted(String value) throws Exception {
        assertThat(times.read(record(value), "Modified_Time")).isEmpty();
        assertThat(times.read(record(value), "deleted_time")).isEmpty();
        assertThat(unreadable()).isZero();
    }

    @Test
    void a_time_with_an_offset_is_read() throws Exception {
        assertThat(times.read(record("'2026-03-02T10:15:00+05:30'"), "Modified_Time"))
                .contains(Instant.parse("2026-03-02T04:45:00Z"));
        assertThat(unreadable()).isZero();
    }

    private double unreadable() {
        return metrics.get("zoho.time.unreadable").counter().count();
    }

    private static JsonNode record(String value) throws Exception {
        return Json.MAPPER.readTree(("{'Modified_Time':" + value + "}").replace('\'', '"'));
    }
}
