package io.webhookmemory.sink.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.topics.wire.CommitNote;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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
        assertThat(tracker.toCommit().offset()).isEqualTo(10);
        tracker.finish(10);
        assertThat(tracker.toCommit().offset()).isEqualTo(13);
    }

    @Test
    void a_released_record_stays_uncommitted() {
        tracker.add(10, 0);
        tracker.start();
        tracker.release();

        assertThat(tracker.toCommit().offset()).isEqualTo(10);
    }

    @Test
    void markers_behind_the_last_record_count_as_read_once_nothing_is_unfinished() {
        tracker.add(10, 0);
        tracker.start();
        tracker.readUpTo(12);
        assertThat(tracker.toCommit().offset()).isEqualTo(10);

        tracker.finish(10);
        assertThat(tracker.toCommit().offset()).isEqualTo(12);
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
        assertThat(tracker.toCommit().offset()).isEqualTo(11);
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
        assertThat(tracker.toCommit().offset()).isEqualTo(10);
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

        assertThat(tracker.toCommit()).isEqualTo(new OffsetAndMetadata(10, "read-to=20 unfinished=2 at=0,3"));

        tracker.start();
        tracker.finish(10);
        tracker.start();
        tracker.finish(13);
        assertThat(tracker.toCommit()).isEqualTo(new OffsetAndMetadata(20));
    }

    @Test
    void what_the_last_member_finished_is_not_processed_again() {
        OffsetTracker next = read(10, CommitNote.of(20, List.of(10L, 13L)));

        assertThat(next.add(10, 0)).isTrue();
        assertThat(next.add(11, 0)).isFalse();
        assertThat(next.add(13, 0)).isTrue();
        assertThat(next.add(19, 0)).isFalse();
        assertThat(next.add(20, 0)).isTrue();
    }

    @Test
    void what_the_last_member_finished_stays_known_until_it_is_read() {
        OffsetTracker next = read(10, CommitNote.of(20, List.of(10L, 13L)));
        next.add(10, 0);
        next.start();
        next.finish(10);

        assertThat(next.toCommit()).isEqualTo(new OffsetAndMetadata(13, "read-to=20 unfinished=1 at=0"));
    }

    @Test
    void where_a_note_does_not_say_which_are_unfinished_all_are_processed() {
        OffsetTracker next = read(10, new CommitNote(20, 3, List.of(10L, 13L)));

        assertThat(next.add(10, 0)).isTrue();
        assertThat(next.add(12, 0)).isFalse();
        assertThat(next.add(13, 0)).isTrue();
        assertThat(next.add(14, 0)).isTrue();
    }

    @Test
    void a_record_that_is_gone_before_it_is_read_again_holds_nothing_up() {
        OffsetTracker next = read(10, CommitNote.of(20, List.of(10L, 13L)));
        next.add(14, 0);

        assertThat(next.toCommit()).isEqualTo(new OffsetAndMetadata(20));

        OffsetTracker other = read(10, CommitNote.of(20, List.of(10L, 13L)));
        other.readUpTo(15);
        assertThat(other.toCommit()).isEqualTo(new OffsetAndMetadata(20));
    }

    @Test
    void a_transaction_commits_its_own_end_and_no_other_commit_contradicts_it() {
        tracker.add(10, 0);
        tracker.add(11, 0);
        tracker.start();
        tracker.beginFinishing();

        assertThat(tracker.beginCommit()).isFalse();
        assertThat(tracker.after(Set.of(11L))).isEqualTo(new OffsetAndMetadata(10, "read-to=12 unfinished=1 at=0"));
        tracker.finished(Set.of(11L));
        tracker.endFinishing();

        assertThat(tracker.beginCommit()).isTrue();
        assertThat(tracker.toCommit()).isEqualTo(new OffsetAndMetadata(10, "read-to=12 unfinished=1 at=0"));
    }

    @Test
    void a_transaction_that_finishes_a_record_waits_for_a_commit_in_progress() throws Exception {
        assertThat(tracker.beginCommit()).isTrue();
        Thread finishing = new Thread(tracker::beginFinishing);
        finishing.start();
        await().until(() -> finishing.getState() == Thread.State.WAITING);

        tracker.endCommit();

        finishing.join();
        assertThat(tracker.beginCommit()).isFalse();
    }

    @Test
    void a_transaction_does_not_wait_for_a_partition_that_was_taken_away() {
        assertThat(tracker.beginCommit()).isTrue();
        tracker.giveUp(in(Duration.ZERO));

        assertThatThrownBy(tracker::beginFinishing).isInstanceOf(LeaseLostException.class);
    }

    private static OffsetTracker read(long position, CommitNote note) {
        return new OffsetTracker(position, CommitNote.parse(position, note.toMetadata(position)));
    }
}
