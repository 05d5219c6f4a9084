package io.webhookmemory.sink.cognify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RunPaceTest {
    private static final Instant END = Instant.parse("2026-11-27T12:00:00Z");

    @Test
    void a_dataset_that_was_never_built_does_not_wait() {
        assertThat(new RunPace(0.2).permits("a", false, END)).isTrue();
    }

    @Test
    void after_a_run_a_dataset_pauses_in_proportion_to_the_time_it_took() {
        RunPace pace = new RunPace(0.2);
        pace.ran("a", END.minusSeconds(7), END);

        assertThat(pace.permits("a", false, END.plusSeconds(28).minusMillis(1))).isFalse();
        assertThat(pace.permits("a", false, END.plusSeconds(28))).isTrue();
        assertThat(pace.permits("b", false, END)).as("another dataset").isTrue();
    }

    @Test
    void critical_changes_use_half_of_the_time() {
        RunPace pace = new RunPace(0.2);
        pace.ran("a", END.minusSeconds(7), END);

        assertThat(pace.permits("a", true, END.plusSeconds(7).minusMillis(1))).isFalse();
        assertThat(pace.permits("a", true, END.plusSeconds(7))).isTrue();
    }

    @Test
    void no_pause_is_longer_than_a_minute() {
        RunPace pace = new RunPace(0.01);
        pace.ran("a", END.minus(Duration.ofHours(1)), END);

        assertThat(pace.permits("a", false, END.plusSeconds(60).minusMillis(1))).isFalse();
        assertThat(pace.permits("a", false, END.plusSeconds(60))).isTrue();
        assertThat(pace.permits("a", true, END.plusSeconds(60))).isTrue();
    }

    @Test
    void a_share_of_all_time_has_no_pause() {
        RunPace pace = new RunPace(1);
        pace.ran("a", END.minusSeconds(7), END);

        assertThat(pace.permits("a", false, END)).isTrue();
        assertThat(pace.permits("a", true, END)).isTrue();
    }
}
