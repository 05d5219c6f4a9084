package io.webhookmemory.zoho.crm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZohoTimesTest {
    @ParameterizedTest
    @CsvSource({
        "2026-11-27T12:00:00+01:00, 2026-11-27T11:00:00Z",
        "2026-11-27T12:00:00Z, 2026-11-27T12:00:00Z",
        "2026-11-27T12:00:00.123456789-09:30, 2026-11-27T21:30:00.123456789Z",
        "2026-11-27 12:00:00+00:00, 2026-11-27T12:00:00Z",
        // ISO 8601, but not RFC 3339
        "2026-11-27T12:00+05:30, 2026-11-27T06:30:00Z",
        "2026-11-27T12:00:00+01, 2026-11-27T11:00:00Z",
        "2026-11-27T12:00:00-00:00, 2026-11-27T12:00:00Z"
    })
    void a_time_with_an_offset_is_read(String text, Instant time) {
        assertThat(ZohoTimes.read(new TextNode(text))).contains(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-27T12:00:00",
                "2026-11-27",
                "2026-02-30T12:00:00Z",
                "2026-11-27T25:00:00Z",
                "2026-11-27T12:00:00Z ",
                "2026-11-27T12:00:00+19:00",
                "2016-12-31T23:59:60Z",
                "yesterday",
                ""
            })
    void anything_else_is_not(String text) {
        assertThat(ZohoTimes.read(new TextNode(text))).isEmpty();
    }
}
