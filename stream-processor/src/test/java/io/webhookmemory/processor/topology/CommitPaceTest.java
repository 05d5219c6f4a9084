package io.webhookmemory.processor.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class CommitPaceTest {
    private static final long NOON = 1_800_000_000_000L;

    private final MockProcessorContext<String, String> context = new MockProcessorContext<>();
    private final CommitPace pace = new CommitPace(Duration.ofMillis(100));

    @Test
    void a_recent_event_is_committed_at_once_after_a_rest() {
        event(NOON, 5);

        assertThat(context.committed()).isTrue();
        assertThat(context.scheduledPunctuators()).isEmpty();
    }

    @Test
    void events_within_the_interval_share_the_commit_at_its_end() {
        event(NOON, 5);
        context.resetCommit();

        event(NOON + 30, 5);
        event(NOON + 60, 5);

        assertThat(context.committed()).isFalse();
        assertThat(context.scheduledPunctuators()).hasSize(1);
        CapturedPunctuator planned = context.scheduledPunctuators().get(0);
        assertThat(planned.getInterval()).isEqualTo(Duration.ofMillis(70));

        planned.getPunctuator().punctuate(NOON + 100);
        assertThat(context.committed()).isTrue();
        assertThat(planned.cancelled()).isTrue();
    }

    @Test
    void a_planned_commit_that_never_came_does_not_stop_later_ones() {
        event(NOON, 5);
        event(NOON + 30, 5);
        context.resetCommit();

        event(NOON + 100, 5);

        assertThat(context.committed()).isTrue();
    }

    @Test
    void while_behind_kafka_streams_commits_at_its_own_interval() {
        event(NOON, 1_001);

        assertThat(context.committed()).isFalse();
        assertThat(context.scheduledPunctuators()).isEmpty();
        assertThat(pace.intervalBehind()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void an_interval_longer_than_the_one_behind_counts_for_both() {
        CommitPace slow = new CommitPace(Duration.ofSeconds(5));
        context.setCurrentSystemTimeMs(NOON);

        slow.onEvent(context, NOON);

        assertThat(context.committed()).isFalse();
        assertThat(slow.intervalBehind()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void whatever_is_read_asks_for_its_commit() {
        MockProcessorContext<String, Incoming> ofParse = new MockProcessorContext<>();
        ofParse.setCurrentSystemTimeMs(NOON);
        Parse parse = new Parse(Set.of("Deals"), pace);
        parse.init(ofParse);

        parse.process(new Record<>("1", new byte[0], NOON));

        assertThat(ofParse.committed()).isTrue();
    }

    private void event(long now, long age) {
        context.setCurrentSystemTimeMs(now);
        pace.onEvent(context, now - age);
    }
}
