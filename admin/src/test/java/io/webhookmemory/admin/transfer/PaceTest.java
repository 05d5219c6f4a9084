package io.webhookmemory.admin.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void records_are_spread_evenly_and_lost_time_is_not_caught_up_with() {
        AtomicLong clock = new AtomicLong();
        Pace pace = new Pace(100, clock::get);

        assertThat(pace.next()).isZero();
        assertThat(pace.next()).isEqualTo(Duration.ofMillis(10));
        assertThat(pace.next()).isEqualTo(Duration.ofMillis(20));
        clock.addAndGet(Duration.ofSeconds(60).toNanos());
        assertThat(pace.next()).isZero();
        assertThat(pace.next()).isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void a_pace_of_zero_never_waits() {
        Pace pace = new Pace(0, System::nanoTime);

        assertThat(pace.next()).isZero();
        assertThat(pace.next()).isZero();
    }
}
