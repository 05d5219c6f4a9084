package io.webhookmemory.sink.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
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
    void once_stopped_nothing_starts_and_what_runs_goes_on() {
        tracker.add(10, 0);
        tracker.add(11, 0);
        assertThat(tracker.start()).isTrue();
        tracker.stop();

        assertThat(tracker.start()).isFalse();
        assertThat(tracker.isTakenAway()).isFalse();
        tracker.finish(10);
        assertThat(tracker.committable()).isEqualTo(11);
    }

    @Test
    void giving_up_waits_for_what_runs() throws Exception {
        tracker.add(10, 0);
        tracker.start();
        tracker.stop();
        Thread givingUp = new Thread(() -> tracker.giveUp(in(Duration.ofMinutes(1))));
        givingUp.start();
        await().until(() -> givingUp.getState() == Thread.State.TIMED_WAITING);
        assertThat(tracker.isTakenAway()).isFalse();

        tracker.finish(10);

        givingUp.join();
        assertThat(tracker.isTakenAway()).isTrue();
    }

    @Test
    void what_still_runs_at_the_deadline_is_taken_away() {
        tracker.add(10, 0);
        tracker.start();

        tracker.giveUp(in(Duration.ZERO));

        assertThat(tracker.isTakenAway()).isTrue();
        assertThat(tracker.committable()).isEqualTo(10);
    }

    private static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
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

    @Test
    void a_commit_says_how_many_records_are_not_done_and_how_far_was_read() {
        tracker.add(10, 0);
        tracker.add(11, 0);
        tracker.add(13, 0);
        tracker.readUpTo(20);
        tracker.start();
        tracker.finish(11);

        assertThat(tracker.toCommit()).isEqualTo(new OffsetAndMetadata(10, "read-to=20 unfinished=2"));

        tracker.start();
        tracker.finish(10);
        tracker.start();
        tracker.finish(13);
        assertThat(tracker.toCommit()).isEqualTo(new OffsetAndMetadata(20));
    }
}
