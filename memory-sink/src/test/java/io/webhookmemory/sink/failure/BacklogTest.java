package io.webhookmemory.sink.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.cognee.Failure;
import io.webhookmemory.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final Backlog.Limits LIMITS = new Backlog.Limits(250, 1_000_000);

    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Backlog backlog = backlog(3);

    @Test
    void events_wait_here_up_to_the_limit() {
        assertThat(backlog.surplus("a", History.NONE, 249, 999_999, false)).isEmpty();
        assertThat(backlog.surplus("a", History.NONE, 250, 0, false)).isPresent();
        assertThat(backlog.surplus("a", History.NONE, 1, 1_000_000, false)).isPresent();
    }

    @Test
    void a_dataset_that_does_not_answer_takes_less_room() {
        assertThat(backlog.surplus("a", History.NONE, 30, 0, true)).isEmpty();

        assertThat(backlog.surplus("a", History.NONE, 31, 0, true))
                .hasValueSatisfying(surplus ->
                        assertThat(surplus.attempt().failure().reason()).isEqualTo(Failure.TIMEOUT));
    }

    @Test
    void without_retry_topics_all_wait_here() {
        assertThat(backlog(0).surplus("a", History.NONE, 10_000, 0, false)).isEmpty();
    }

    @Test
    void what_waits_for_room_has_not_failed() {
        Backlog.Surplus surplus =
                backlog.surplus("a", History.NONE, 250, 0, false).orElseThrow();

        assertThat(History.NONE
                        .after(surplus.attempt().failure(), surplus.decision(), clock.instant())
                        .hasFailed())
                .isFalse();
    }

    /** 2,500 events at once, of which a dataset takes ten a second. */
    @Test
    void a_backlog_is_deferred_about_once_an_event() {
        PriorityQueue<Instant> deferred = new PriorityQueue<>();
        int queued = 0;
        int deferrals = 0;
        int done = 0;
        for (int i = 0; i < 2_500; i++) {
            deferred.add(clock.instant());
        }
        while (done < 2_500) {
            while (!deferred.isEmpty() && !deferred.peek().isAfter(clock.instant())) {
                deferred.remove();
                Optional<Backlog.Surplus> surplus = backlog.surplus("a", History.NONE, queued, 0, false);
                if (surplus.isPresent()) {
                    deferrals++;
                    deferred.add(clock.instant().plus(surplus.get().decision().delay()));
                } else {
                    queued++;
                }
            }
            clock.advance(Duration.ofMillis(100));
            if (queued > 0) {
                queued--;
                done++;
                backlog.ended("a", 1);
            }
        }
        assertThat(deferrals).isLessThan(5_000);
        assertThat(clock.instant()).isBefore(Instant.parse("2026-01-01T00:08:20Z"));
    }

    private Backlog backlog(int maxRetries) {
        FailurePolicy policy = new FailurePolicy(maxRetries, Duration.ofSeconds(2), Duration.ofMinutes(30), () -> 0.0);
        return new Backlog(LIMITS, policy, clock);
    }
}
