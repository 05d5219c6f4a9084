package io.webhookmemory.sink.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OffsetTrackerTest {
    private final OffsetTracker tracker = new OffsetTracker(10);

    @Test
    void the_lowest_unfinished_record_is_what_gets_committed() {
        for (long offset = 10; offset < 13; offset++) {
            tracker.add(offset, offset * 10);
            tracker.start();
        }

        tracker.finish(12);
        tracker.finish(11);
        assertThat(tracker.committable()).isEqualTo(10);
        tracker.finish(10);
        assertThat(tracker.committable()).isEqualTo(13);
    }

    @Test
    void a_released_record_stays_uncommitted() {
        tracker.add(10, 0);
        tracker.start();
        tracker.release();

        assertThat(tracker.committable()).isEqualTo(10);
    }

    @Test
    void markers_behind_the_last_record_count_as_read_once_nothing_is_unfinished() {
        tracker.add(10, 0);
        tracker.start();
        tracker.readUpTo(12);
        assertThat(tracker.committable()).isEqualTo(10);

        tracker.finish(10);
        assertThat(tracker.committable()).isEqualTo(12);
    }

    @Test
    void after_revocation_nothing_starts() {
        tracker.add(10, 0);
        tracker.revoke(Duration.ZERO);

        assertThat(tracker.start()).isFalse();
        assertThat(tracker.committable()).isEqualTo(10);
    }

    @Test
    void the_oldest_record_is_the_one_of_the_least_time_not_of_the_least_offset() {
        assertThat(tracker.oldest()).isEmpty();

        tracker.add(10, 700);
        tracker.add(11, 500);

        assertThat(tracker.oldest()).hasValue(500);
        tracker.start();
        tracker.finish(11);
        assertThat(tracker.oldest()).hasValue(700);
    }
}
