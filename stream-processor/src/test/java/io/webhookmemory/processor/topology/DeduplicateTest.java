package io.webhookmemory.processor.topology;

import static io.webhookmemory.processor.topology.TopologyRun.NOW;
import static io.webhookmemory.processor.topology.TopologyRun.TTL;
import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of deduplication. */
class DeduplicateTest {
    @TempDir
    private Path state;

    private TopologyRun run;

    @BeforeEach
    void start() {
        run = new TopologyRun(state);
    }

    @AfterEach
    void stop() {
        run.close();
    }

    @Test
    void a_repeat_within_the_window_goes_no_further_and_is_counted() {
        run.pipe("e1", NOW);
        run.advance(TTL.minusMillis(1));
        run.pipe("e1", NOW.plus(TTL).minusMillis(1));

        assertThat(run.read("zoho.deals")).hasSize(1);
        assertThat(run.count("processor.duplicates", "module", "Deals")).isEqualTo(1);
    }

    @Test
    void a_duplicate_does_not_extend_the_window() {
        run.pipe("e1", NOW);
        run.advance(TTL.dividedBy(2));
        run.pipe("e1", NOW.plus(TTL.dividedBy(2)));
        run.advance(TTL.dividedBy(2));
        run.pipe("e1", NOW.plus(TTL));

        assertThat(run.read("zoho.deals"))
                .as("the first, and the one after the window")
                .hasSize(2);
        assertThat(run.count("processor.duplicates.late", "module", "Deals")).isEqualTo(1);
    }

    @Test
    void the_window_begins_anew_with_the_sighting_after_it() {
        run.pipe("e1", NOW);
        run.advance(TTL);
        run.pipe("e1", NOW.plus(TTL));
        run.advance(TTL.minusMinutes(1));
        run.pipe("e1", NOW.plus(TTL.multipliedBy(2)).minus(Duration.ofMinutes(1)));

        assertThat(run.read("zoho.deals")).hasSize(2);
    }

    @Test
    void an_event_from_the_future_neither_evicts_others_nor_stays_for_longer() {
        run.pipe("e1", NOW);
        run.pipe("future", NOW.plus(Duration.ofDays(400)));
        run.advance(Duration.ofMinutes(1));
        run.pipe("e1", NOW.plusSeconds(60));
        assertThat(run.read("zoho.deals")).hasSize(2);

        run.advance(TTL.multipliedBy(3));
        assertThat(run.seenIds()).isZero();
    }

    @Test
    void a_repeat_of_an_event_from_the_future_is_a_repeat() {
        Instant future = NOW.plus(Duration.ofDays(400));
        run.pipe("future", future);
        run.advance(Duration.ofMinutes(1));
        run.pipe("future", future.plusSeconds(60));

        assertThat(run.read("zoho.deals")).hasSize(1);
    }

    @Test
    void a_repeat_that_comes_late_by_hours_is_still_a_repeat() {
        run.pipe("e1", NOW.minus(Duration.ofHours(5)));
        run.pipe("other", NOW);
        run.advance(Duration.ofMinutes(30));
        run.pipe("another", NOW.plus(Duration.ofMinutes(30)));
        run.pipe("e1", NOW.minus(Duration.ofHours(5)).plusSeconds(1));

        assertThat(run.read("zoho.deals")).hasSize(3);
    }

    @Test
    void an_event_that_comes_late_by_hours_evicts_nobody() {
        run.pipe("e1", NOW);
        run.pipe("late", NOW.minus(Duration.ofHours(5)));
        run.advance(Duration.ofMinutes(1));
        run.pipe("e1", NOW.plusSeconds(60));

        assertThat(run.read("zoho.deals")).hasSize(2);
    }

    @Test
    void a_repeat_that_overtook_its_original_is_still_a_repeat() {
        run.pipe("e1", NOW);
        run.pipe("e1", NOW.minusSeconds(10));

        assertThat(run.read("zoho.deals")).hasSize(1);
    }

    @Test
    void after_an_outage_longer_than_the_window_a_repeat_in_the_backlog_is_still_a_repeat() {
        run.pipe("e1", NOW);
        // The processor is away, and comes back to events that waited: the wall clock has moved, theirs has not.
        run.restart(NOW.plus(TTL.multipliedBy(5)));
        run.pipe("waited", NOW.plusSeconds(1));
        run.step(Duration.ofSeconds(1));
        run.pipe("e1", NOW.plusSeconds(2));

        assertThat(run.read("zoho.deals"))
                .as("the one that waited; not the repeat")
                .hasSize(1);
    }

    @Test
    void ids_are_forgotten_while_no_events_come() {
        for (int i = 0; i < 100; i++) {
            run.pipe("e" + i, NOW);
        }
        assertThat(run.seenIds()).isEqualTo(100);

        run.advance(TTL.multipliedBy(2).plusMinutes(4));

        assertThat(run.seenIds()).isZero();
    }

    @Test
    void ids_are_forgotten_while_others_come() {
        run.pipe("e1", NOW);
        for (int minutes = 1; minutes <= 130; minutes++) {
            run.step(Duration.ofMinutes(1));
            run.pipe("other" + minutes, NOW.plus(Duration.ofMinutes(minutes)));
        }

        assertThat(run.seenIds())
                .as("those of two windows and the time between two looks")
                .isLessThan(130);
    }

    @Test
    void a_step_of_expiry_takes_a_bounded_number_of_ids_however_many_are_due() {
        int ids = 2 * SeenExpiry.IDS_PER_STEP + 500;
        for (int i = 0; i < ids; i++) {
            run.pipe("e" + i, NOW);
        }
        // Not a step: so far ahead that all are due when the first comes.
        run.restart(NOW.plus(TTL.multipliedBy(3)));

        run.step(Duration.ofMinutes(1));
        assertThat(run.seenIds()).isEqualTo(ids - SeenExpiry.IDS_PER_STEP);
        run.step(Duration.ofMillis(200));
        assertThat(run.seenIds()).isEqualTo(ids - 2 * SeenExpiry.IDS_PER_STEP);
        run.step(Duration.ofMillis(200));
        assertThat(run.seenIds()).isZero();
    }

    @Test
    void a_replayed_event_passes_once_for_each_replay() {
        run.pipe("e1", NOW);
        for (String replay : List.of("r1", "r1", "r2")) {
            run.pipe(new TestRecord<>(
                    TopologyRun.RECORD, EventCodec.toBytes(TopologyRun.event("e1", "Deals", NOW)), replay(replay)));
        }

        assertThat(run.read("zoho.deals")).hasSize(3);
        assertThat(run.count("processor.duplicates")).isEqualTo(1);
    }

    @Test
    void two_changes_under_one_event_id_both_pass_and_a_repeat_of_either_does_not() {
        WebhookEvent first = TopologyRun.event("same-name", "Deals", NOW).withIdentity("a".repeat(64));
        WebhookEvent second = TopologyRun.event("same-name", "Deals", NOW).withIdentity("b".repeat(64));

        for (WebhookEvent event : List.of(first, second, first, second)) {
            run.pipe(event);
        }

        assertThat(run.read("zoho.deals")).hasSize(2);
        assertThat(run.count("processor.duplicates")).isEqualTo(2);
    }

    @Test
    void one_change_under_two_event_ids_passes_once() {
        run.pipe(TopologyRun.event("e1", "Deals", NOW).withIdentity("a".repeat(64)));
        run.pipe(TopologyRun.event("e2", "Deals", NOW).withIdentity("a".repeat(64)));

        assertThat(run.read("zoho.deals")).hasSize(1);
    }

    @Test
    void an_event_of_an_earlier_version_is_known_by_its_event_id_which_is_no_identity() {
        String identity = "a".repeat(64);
        run.pipe(TopologyRun.event("e1", "Deals", NOW).withIdentity(identity));
        // Named like the identity of another event, as the sender pleased.
        for (String eventId : List.of(identity, identity, "e1", "e1")) {
            run.pipe(eventId, NOW);
        }

        assertThat(run.read("zoho.deals")).as("the first, and two of old").hasSize(3);
    }

    @Test
    void a_replay_of_events_with_and_without_identity_passes_once_each() {
        WebhookEvent old = TopologyRun.event("e1", "Deals", NOW);
        for (WebhookEvent event :
                List.of(old, old, old.withIdentity("a".repeat(64)), old.withIdentity("a".repeat(64)))) {
            run.pipe(new TestRecord<>(TopologyRun.RECORD, EventCodec.toBytes(event), replay("r1")));
        }

        assertThat(run.read("zoho.deals")).hasSize(2);
    }

    @Test
    void an_event_id_that_looks_like_another_key_is_refused() {
        run.pipe(TopologyRun.event("e1\nr1", "Deals", NOW));
        run.pipe(TopologyRun.event('\n' + "a".repeat(64), "Deals", NOW));

        assertThat(run.read("zoho.deals")).isEmpty();
        assertThat(run.count("processor.rejected", "reason", "event_id with a line break"))
                .isEqualTo(2);
    }

    private static RecordHeaders replay(String run) {
        RecordHeaders headers = new RecordHeaders();
        Headers.put(headers, Headers.REPLAY_ID, run);
        return headers;
    }
}
