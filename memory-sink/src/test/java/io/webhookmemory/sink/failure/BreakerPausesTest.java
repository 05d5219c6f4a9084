package io.webhookmemory.sink.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BreakerPausesTest {
    @Test
    void pauses_double_from_a_quarter_of_a_second_to_four_seconds() {
        assertThat(IntStream.rangeClosed(1, 7).mapToObj(BreakerPauses.DEFAULT::after))
                .extracting(Duration::toMillis)
                .containsExactly(250L, 500L, 1_000L, 2_000L, 4_000L, 4_000L, 4_000L);
    }

    @Test
    void a_longest_pause_that_is_no_multiple_of_the_first_is_not_exceeded() {
        BreakerPauses pauses = new BreakerPauses(Duration.ofMillis(100), Duration.ofMillis(250));

        assertThat(IntStream.rangeClosed(1, 4).mapToObj(pauses::after))
                .extracting(Duration::toMillis)
                .containsExactly(100L, 200L, 250L, 250L);
    }

    @Test
    void an_outage_of_weeks_does_not_exceed_the_longest_pause() {
        assertThat(BreakerPauses.DEFAULT.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(4));
    }
}
