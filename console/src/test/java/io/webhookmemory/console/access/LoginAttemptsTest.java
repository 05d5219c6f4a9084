package io.webhookmemory.console.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LoginAttemptsTest {
    private final MutableClock clock = new MutableClock(Instant.parse("2026-11-27T12:00:00Z"));
    private final LoginAttempts attempts = new LoginAttempts(clock);

    @Test
    void after_five_attempts_an_address_waits_a_minute_and_others_do_not() {
        for (int i = 0; i < 5; i++) {
            assertThat(attempts.admit("192.0.2.1")).isTrue();
        }

        assertThat(attempts.admit("192.0.2.1")).isFalse();
        assertThat(attempts.admit("192.0.2.2")).isTrue();
        clock.advance(Duration.ofSeconds(61));
        assertThat(attempts.admit("192.0.2.1")).isTrue();
    }

    @Test
    void many_addresses_together_have_a_hundred_attempts_a_minute() {
        for (int i = 0; i < 100; i++) {
            assertThat(attempts.admit("192.0.2." + i)).isTrue();
        }

        assertThat(attempts.admit("198.51.100.1")).isFalse();
    }
}
