package io.webhookmemory.sink.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.sink.failure.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    @Test
    void each_retry_waits_twice_as_long_with_up_to_a_fifth_of_jitter_and_never_over_thirty_seconds() {
        RetryPolicy least = new RetryPolicy(9, Duration.ofSeconds(2), Duration.ofMinutes(30), () -> 0.0);
        RetryPolicy most = new RetryPolicy(9, Duration.ofSeconds(2), Duration.ofMinutes(30), () -> 1.0);

        assertThat(least.delay(1, Optional.empty())).isEqualTo(Duration.ofSeconds(2));
        assertThat(least.delay(3, Optional.empty())).isEqualTo(Duration.ofSeconds(8));
        assertThat(most.delay(1, Optional.empty())).isEqualTo(Duration.ofMillis(2400));
        assertThat(most.delay(9, Optional.empty())).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void the_longer_of_backoff_and_what_the_other_side_asked_for_holds() {
        RetryPolicy policy = new RetryPolicy(3, Duration.ofSeconds(2), Duration.ofMinutes(30), () -> 0.0);

        assertThat(policy.delay(1, Optional.of(Duration.ofMinutes(2)))).isEqualTo(Duration.ofMinutes(2));
        assertThat(policy.delay(2, Optional.of(Duration.ofSeconds(1)))).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void what_is_put_off_again_waits_up_to_half_as_long_as_it_has_waited() {
        RetryPolicy least = new RetryPolicy(3, Duration.ofSeconds(2), Duration.ofMinutes(30), () -> 0.0);
        RetryPolicy most = new RetryPolicy(3, Duration.ofSeconds(2), Duration.ofMinutes(30), () -> 1.0);

        assertThat(least.putOff(Duration.ofHours(1), Optional.empty())).isEqualTo(Duration.ofSeconds(2));
        assertThat(most.putOff(Duration.ZERO, Optional.empty())).isEqualTo(Duration.ofMillis(2400));
        assertThat(most.putOff(Duration.ofSeconds(20), Optional.empty())).isEqualTo(Duration.ofSeconds(10));
        assertThat(most.putOff(Duration.ofHours(1), Optional.empty())).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void what_is_put_off_is_not_back_before_the_other_side_asked_for_it() {
        RetryPolicy policy = new RetryPolicy(3, Duration.ofSeconds(2), Duration.ofMinutes(30), () -> 0.0);

        assertThat(policy.putOff(Duration.ZERO, Optional.of(Duration.ofMinutes(2))))
                .isEqualTo(Duration.ofMinutes(2));
        assertThat(policy.shortly(Optional.of(Duration.ofMinutes(2)))).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void what_an_outage_puts_off_is_back_within_four_seconds() {
        RetryPolicy slow = new RetryPolicy(3, Duration.ofSeconds(30), Duration.ofMinutes(30), () -> 1.0);
        RetryPolicy quick = new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofMinutes(30), () -> 0.0);

        assertThat(slow.shortly(Optional.empty())).isEqualTo(Duration.ofSeconds(4));
        assertThat(quick.shortly(Optional.empty())).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void timeouts_do_not_count_for_as_long_as_a_graph_may_take() {
        RetryPolicy policy = new RetryPolicy(3, Duration.ofSeconds(2), Duration.ofMinutes(30), () -> 0.0);
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        Failure.Transient timeout = new Failure.Transient(Failure.TIMEOUT, Optional.empty());

        assertThat(policy.isPatientWith(timeout, Optional.empty(), now)).isTrue();
        assertThat(policy.isPatientWith(timeout, Optional.of(now.minusSeconds(1799)), now))
                .isTrue();
        assertThat(policy.isPatientWith(timeout, Optional.of(now.minusSeconds(1800)), now))
                .isFalse();
        assertThat(policy.isPatientWith(new Failure.Transient("http_500", Optional.empty()), Optional.empty(), now))
                .isFalse();
    }
}
