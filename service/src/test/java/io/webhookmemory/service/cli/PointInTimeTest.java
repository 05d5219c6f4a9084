package io.webhookmemory.service.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class PointInTimeTest {
    private final PointInTime reader =
            new PointInTime(Clock.fixed(Instant.parse("2026-11-25T12:00:00Z"), ZoneOffset.ofHours(5)));

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T12:00:00Z, 2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00+02:00, 2026-01-31T10:00:00Z",
        "2026-01-31, 2026-01-31T00:00:00Z",
        "90m, 2026-11-25T10:30:00Z",
        "7d, 2026-11-18T12:00:00Z"
    })
    void a_time_is_a_moment_a_day_or_how_long_ago(String text, Instant time) {
        assertThat(reader.convert(text)).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({"99999d", "1969-12-31", "-0044-03-15T12:00:00Z"})
    void what_is_before_kafkas_beginning_of_time_is_that_beginning(String text) {
        assertThat(reader.convert(text)).isEqualTo(Instant.EPOCH);
    }

    @Test
    void anything_else_is_refused_with_examples() {
        assertThatThrownBy(() -> reader.convert("yesterday"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'yesterday' is not a time; write 2026-01-31T12:00:00Z");
    }
}
