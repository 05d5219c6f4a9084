package io.webhookmemory.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ThreadFailuresTest {
    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));

    @Test
    void the_fifth_failure_within_five_minutes_is_one_too_many() {
        ThreadFailures failures = new ThreadFailures(clock, 1);
        for (int failure = 1; failure <= 4; failure++) {
            assertThat(failures.tooMany()).isFalse();
            clock.advance(Duration.ofMinutes(1));
        }

        assertThat(failures.tooMany()).isTrue();
    }

    @Test
    void failures_that_come_now_and_then_are_never_too_many() {
        ThreadFailures failures = new ThreadFailures(clock, 1);
        for (int failure = 1; failure <= 100; failure++) {
            assertThat(failures.tooMany()).isFalse();
            clock.advance(Duration.ofMinutes(2));
        }
    }

    @Test
    void all_threads_may_fail_together_once() {
        ThreadFailures failures = new ThreadFailures(clock, 8);
        for (int thread = 1; thread <= 8; thread++) {
            assertThat(failures.tooMany()).isFalse();
        }
    }
}
