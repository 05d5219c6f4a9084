package io.webhookmemory.topics.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InstantTextTest {
    /** More different times than are kept, each several times, with others between. */
    static Stream<Instant> times() {
        Instant begin = Instant.parse("2026-11-28T23:59:50Z");
        List<Instant> special = List.of(
                Instant.EPOCH,
                Instant.MIN,
                Instant.MAX,
                Instant.parse("0000-01-01T00:00:00Z"),
                Instant.parse("-0001-12-31T23:59:59.999999999Z"),
                Instant.parse("9999-12-31T23:59:59.999Z"),
                Instant.parse("+10000-01-01T00:00:00Z"));
        Stream<Instant> many = IntStream.range(0, 60)
                .mapToObj(i -> begin.plusMillis(500L * (i % 20)).plusNanos(i % 3));
        return Stream.of(special.stream(), many, special.stream()).flatMap(part -> part);
    }

    @ParameterizedTest
    @MethodSource("times")
    void isTheTextOfTheInstant(Instant time) {
        assertThat(InstantText.of(time)).isEqualTo(time.toString());
    }
}
