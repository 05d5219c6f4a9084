package io.webhookmemory.sink.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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
}
