package io.webhookmemory.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.testing.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlowDatasetsTest {
    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final SlowDatasets slow = new SlowDatasets(5, clock);

    @Test
    void what_has_not_been_slow_may_always_be_tried() {
        slow.timedOut(Set.of("a"));

        assertThat(slow.turn(Set.of("b"))).isPresent();
        assertThat(slow.since(Set.of("b"))).isEmpty();
    }

    @Test
    void a_dataset_that_has_just_been_slow_is_left_alone_for_a_moment() {
        slow.timedOut(Set.of("a", "b"));
        assertThat(slow.turn(Set.of("a", "c"))).isEmpty();

        clock.advance(OutageGate.LONGEST_PAUSE);

        assertThat(slow.turn(Set.of("a", "c"))).isPresent();
    }

    @Test
    void a_clock_that_is_put_back_leaves_no_dataset_alone_for_long() {
        slow.timedOut(Set.of("a"));

        clock.advance(Duration.ofHours(-1));

        assertThat(slow.turn(Set.of("a"))).isPresent();
    }

    @Test
    void slow_datasets_take_up_half_of_the_workers_at_most() {
        slow.timedOut(Set.of("a", "b", "c"));
        clock.advance(OutageGate.LONGEST_PAUSE);
        SlowDatasets.Turn first = slow.turn(Set.of("a")).orElseThrow();
        assertThat(slow.turn(Set.of("b"))).isPresent();
        assertThat(slow.turn(Set.of("c"))).isEmpty();

        first.close();

        assertThat(slow.turn(Set.of("c"))).isPresent();
    }

    @Test
    void a_single_worker_tries_them_too() {
        SlowDatasets ofOne = new SlowDatasets(1, clock);
        ofOne.timedOut(Set.of("a"));
        clock.advance(OutageGate.LONGEST_PAUSE);

        assertThat(ofOne.turn(Set.of("a"))).isPresent();
    }

    @Test
    void a_dataset_that_answers_is_slow_no_more_and_begins_anew_when_it_is_again() {
        slow.timedOut(Set.of("a"));
        clock.advance(Duration.ofMinutes(1));
        slow.timedOut(Set.of("a"));
        assertThat(slow.since(Set.of("a"))).contains(clock.instant().minus(Duration.ofMinutes(1)));

        slow.answered(Set.of("a"));
        assertThat(slow.turn(Set.of("a"))).isPresent();
        slow.timedOut(Set.of("a"));

        assertThat(slow.since(Set.of("a"))).contains(clock.instant());
    }
}
