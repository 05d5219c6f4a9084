package io.webhookmemory.admin.trace;

import static io.webhookmemory.admin.trace.JourneyRecords.announced;
import static io.webhookmemory.admin.trace.JourneyRecords.deadLetter;
import static io.webhookmemory.admin.trace.JourneyRecords.document;
import static io.webhookmemory.admin.trace.JourneyRecords.event;
import static io.webhookmemory.admin.trace.JourneyRecords.received;
import static io.webhookmemory.admin.trace.JourneyRecords.rejected;
import static io.webhookmemory.admin.trace.JourneyRecords.retry;
import static io.webhookmemory.admin.trace.JourneyRecords.routed;
import static io.webhookmemory.admin.trace.JourneyRecords.tombstone;
import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.admin.deadletter.Handled;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.zoho.crm.AccountLinks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** What is concluded from what the topics have of a record. */
class VerdictTest {
    private static final Instant T0 = Instant.parse("2026-11-27T12:00:00Z");
    private static final String RECORD = "101";
    private static final String HASH = "hash-d1";

    private final WebhookEvent create = event("e1", EventType.CREATE, RECORD, "open", T0);
    private final WebhookEvent update = event("e2", EventType.UPDATE, RECORD, "won", at(60));

    private final Sightings seen = new Sightings(AccountLinks.DEFAULTS);
    private final Map<String, Timeline.HandledRecord> handled = new HashMap<>();
    private final Map<String, Long> ends = new HashMap<>();
    private final Map<TopicPartition, Long> processor = new HashMap<>();
    private final Map<TopicPartition, Long> sink = new HashMap<>();

    @Test
    void a_document_that_shows_the_event_is_in_memory_as_of_its_entry() {
        add(received(create), routed(create), announced(create, HASH, at(2)), document(RECORD, "d1", T0, at(3)));
        allIsProcessed();

        assertThat(ofRecord()).isEqualTo(new Conclusion.InMemory(at(3), "e1"));
        assertThat(ofRecord().sentence()).isEqualTo("in memory as of 2026-11-27T12:00:03Z, event e1");
        assertThat(timeline().steps())
                .extracting(step -> step.getClass().getSimpleName())
                .containsExactly("Received", "Routed", "Changing", "InMemory");
        assertThat(timeline().holding())
                .returns(Holding.State.DOCUMENT, Holding::state)
                .returns("d1", Holding::dataId)
                .returns(HASH, Holding::contentSha256)
                .returns(null, Holding::changingEventId);
    }

    @Test
    void a_document_stays_the_same_since_its_first_entry_and_shows_the_event_of_the_last() {
        add(received(create), routed(create), document(RECORD, "d1", T0, at(3)));
        add(received(update), routed(update), document(RECORD, "d1", at(60), at(61)));
        allIsProcessed();

        assertThat(ofRecord()).isEqualTo(new Conclusion.InMemory(at(61), "e2"));
        assertThat(timeline().holding().since()).isEqualTo(at(3));
    }

    @Test
    void an_older_event_is_superseded_by_the_one_that_memory_shows() {
        add(received(create), routed(create), received(update), routed(update));
        add(document(RECORD, "d2", at(60), at(62)));
        allIsProcessed();

        assertThat(ofEvent("e1")).isEqualTo(new Conclusion.Superseded("e2", at(62)));
        assertThat(ofEvent("e2")).isEqualTo(new Conclusion.InMemory(at(62), "e2"));
        assertThat(ofRecord()).isEqualTo(new Conclusion.InMemory(at(62), "e2"));
    }

    @Test
    void the_announcement_names_the_event_where_the_state_has_the_time_at_which_zoho_changed_it() {
        add(received(create), routed(create), announced(create, HASH, at(2)), document(RECORD, "d1", at(1), at(3)));
        allIsProcessed();

        assertThat(ofEvent("e1")).isEqualTo(new Conclusion.InMemory(at(3), "e1"));
    }

    @Test
    void an_event_that_repeats_the_state_is_in_memory_too_and_did_not_write_it() {
        WebhookEvent sweep = event("e4", EventType.UPDATE, RECORD, "open", T0);
        add(received(create), routed(create), announced(create, HASH, at(2)), document(RECORD, "d1", T0, at(3)));
        add(redriven(received(sweep), at(9)), redriven(routed(sweep), at(9)));
        allIsProcessed();

        assertThat(ofEvent("e1")).isEqualTo(new Conclusion.InMemory(at(3), "e1"));
        assertThat(ofEvent("e4")).isEqualTo(new Conclusion.InMemory(at(3), "e4"));
        assertThat(ofRecord()).isEqualTo(new Conclusion.InMemory(at(3), "e1"));
        assertThat(timeline().steps())
                .filteredOn(Step.InMemory.class::isInstance)
                .singleElement()
                .returns("e1", Step::eventId);
    }

    @Test
    void a_change_that_has_begun_leaves_what_memory_showed_before() {
        add(received(create), routed(create), announced(create, HASH, at(2)), document(RECORD, "d1", T0, at(3)));
        add(received(update), routed(update), announced(update, "hash-d2", at(61)));
        processor.put(new TopicPartition(Topics.WEBHOOKS, 0), 2L);

        assertThat(ofRecord()).isEqualTo(new Conclusion.OnItsWay("e2", "memory-sink", 1));
        assertThat(timeline().holding())
                .returns("e1", Holding::eventId)
                .returns(at(3), Holding::asOf)
                .returns("e2", Holding::changingEventId);
    }

    @Test
    void a_document_that_was_found_missing_is_not_in_memory() {
        add(announced(create, HASH, at(2)), document(RECORD, null, null, T0, at(3)));

        assertThat(ofEvent("e1")).isEqualTo(new Conclusion.WithoutEffect("e1"));
        assertThat(timeline().holding().state()).isEqualTo(Holding.State.MISSING);
    }

    @Test
    void a_document_from_before_the_time_range_is_in_memory_without_an_event() {
        add(document(RECORD, "d1", T0.minusSeconds(86_400), T0));

        assertThat(ofRecord()).isEqualTo(new Conclusion.InMemory(T0, null));
        assertThat(ofRecord().sentence()).isEqualTo("in memory as of 2026-11-27T12:00:00Z");
    }

    @Test
    void a_retry_waits_until_it_is_due_and_is_due_until_it_is_finished() {
        add(received(create), routed(create), retry(1, create, at(2), at(4)), retry(2, create, at(4), at(73)));
        allIsProcessed();
        sink.remove(new TopicPartition(Topics.retry(2), 0));

        assertThat(ofRecord().sentence()).isEqualTo("waiting: retry 2 due in 3 s, http_503, event e1");
        assertThat(ofRecord(at(99)).sentence()).isEqualTo("waiting: retry 2 is due, http_503, event e1");
    }

    @Test
    void a_retry_that_is_finished_is_judged_by_what_memory_shows() {
        add(received(create), routed(create), retry(1, create, at(2), at(4)), document(RECORD, "d1", T0, at(5)));
        allIsProcessed();

        assertThat(ofRecord()).isEqualTo(new Conclusion.InMemory(at(5), "e1"));
    }

    @Test
    void a_dead_letter_says_so_until_it_is_discarded() {
        add(received(create), routed(create), announced(create, HASH, at(1)), deadLetter(create, at(2)));
        allIsProcessed();

        assertThat(ofRecord().sentence()).isEqualTo("dead letter 0:0, http_415, event e1");

        handle("0:0", Handled.DISCARDED, at(9));
        assertThat(ofRecord()).isEqualTo(new Conclusion.Discarded("0:0", "http_415", at(9), "e1"));
        assertThat(timeline().steps()).last().isInstanceOf(Step.Handled.class);
    }

    @Test
    void a_redriven_event_begins_again_and_its_state_counts() {
        add(received(create), routed(create), deadLetter(create, at(2)));
        allIsProcessed();
        handle("0:0", Handled.REDRIVEN, at(9));
        assertThat(ofRecord()).as("not read yet").isInstanceOf(Conclusion.OnItsWay.class);

        add(redriven(received(create), at(9)));
        assertThat(ofRecord()).isEqualTo(new Conclusion.OnItsWay("e1", "stream-processor", 0));
        assertThat(timeline().steps()).last().returns("0:0", step -> ((Step.Received) step).redriveOf());

        add(redriven(routed(create), at(9)), document(RECORD, "d1", T0, at(11)));
        allIsProcessed();
        assertThat(ofRecord()).isEqualTo(new Conclusion.InMemory(at(11), "e1"));
        assertThat(timeline().steps()).noneMatch(step -> step instanceof Step.Duplicate);
    }

    @Test
    void a_repeat_within_the_window_is_a_duplicate_of_the_first() {
        WebhookEvent repeat = event("e9", EventType.CREATE, RECORD, "open", at(5));
        add(received(create), routed(create), received(repeat), document(RECORD, "d1", T0, at(3)));
        allIsProcessed();

        assertThat(ofEvent("e9")).isEqualTo(new Conclusion.Duplicate("e1"));
        assertThat(ofRecord()).as("the duplicate is not the newest event").isInstanceOf(Conclusion.InMemory.class);
        assertThat(timeline().steps())
                .filteredOn(Step.Duplicate.class::isInstance)
                .singleElement()
                .returns(new Place(Topics.WEBHOOKS, 0, 0), step -> ((Step.Duplicate) step).of());
    }

    @Test
    void an_event_that_was_received_twice_under_one_id_is_judged_by_the_one_that_passed() {
        add(received(create), routed(create), received(create), document(RECORD, "d1", T0, at(3)));
        allIsProcessed();

        assertThat(ofEvent("e1")).isEqualTo(new Conclusion.InMemory(at(3), "e1"));
        assertThat(timeline().steps())
                .filteredOn(Step.Duplicate.class::isInstance)
                .hasSize(1);
    }

    @Test
    void an_absent_event_is_no_duplicate_of_one_from_before_the_window() {
        WebhookEvent late = event("e9", EventType.CREATE, RECORD, "open", at(3601));
        add(received(create), routed(create), received(late));
        allIsProcessed();

        assertThat(ofEvent("e9")).isEqualTo(new Conclusion.Dropped("e9", T0));
    }

    @Test
    void an_event_that_the_stream_processor_has_not_reached_is_on_its_way() {
        add(received(create));
        assertThat(ofRecord()).isEqualTo(new Conclusion.OnItsWay("e1", "stream-processor", 0));

        add(received(update));
        assertThat(ofRecord().sentence())
                .isEqualTo("on its way: the stream-processor has not finished it, at most 1 event is before it, "
                        + "event e2");
    }

    @Test
    void an_event_that_the_sink_has_not_finished_is_on_its_way_unless_memory_shows_it() {
        add(received(create), routed(create));
        processor.put(new TopicPartition(Topics.WEBHOOKS, 0), 1L);
        assertThat(ofRecord()).isEqualTo(new Conclusion.OnItsWay("e1", "memory-sink", 0));

        add(announced(create, HASH, at(2)));
        assertThat(ofRecord()).isEqualTo(new Conclusion.OnItsWay("e1", "memory-sink", 0));

        add(document(RECORD, "d1", T0, at(3)));
        assertThat(ofRecord()).isEqualTo(new Conclusion.InMemory(at(3), "e1"));
    }

    @Test
    void an_event_that_the_sink_finished_without_a_trace_changed_nothing() {
        add(received(create), routed(create));
        allIsProcessed();

        assertThat(ofRecord()).isEqualTo(new Conclusion.WithoutEffect("e1"));
    }

    @Test
    void a_rejected_event_names_the_reason() {
        add(received(create), rejected(create, new Place(Topics.WEBHOOKS, 0, 0), "module not allowed"));
        allIsProcessed();

        assertThat(ofRecord().sentence()).isEqualTo("rejected by the stream-processor: module not allowed, event e1");
        assertThat(timeline().steps()).hasSize(2);
    }

    @Test
    void a_deleted_record_stays_deleted_whatever_stale_event_follows() {
        WebhookEvent delete = event("e3", EventType.DELETE, RECORD, "won", at(70));
        add(received(create), routed(create), document(RECORD, "d1", T0, at(3)));
        add(received(delete), routed(delete), tombstone(RECORD, at(70), at(72)), received(update));
        allIsProcessed();

        assertThat(ofRecord()).isEqualTo(new Conclusion.Deleted(at(72), "e3"));
        assertThat(ofEvent("e1")).isEqualTo(new Conclusion.Superseded("e3", at(72)));
        assertThat(ofEvent("e2")).isEqualTo(new Conclusion.Dropped("e2", T0));
    }

    @Test
    void an_id_that_is_on_no_topic_was_not_seen() {
        assertThat(ofRecord().sentence()).isEqualTo("not seen: no such id on any topic since 2026-11-27T12:00:00Z");
        add(received(create));
        assertThat(ofEvent("e7")).isEqualTo(new Conclusion.NotSeen(T0));
    }

    @Test
    void a_routed_event_says_what_changed_and_where_its_account_comes_from() {
        add(received(create), routed(create), received(update), routed(update));

        assertThat(timeline().steps())
                .filteredOn(Step.Routed.class::isInstance)
                .extracting(step -> ((Step.Routed) step).changedFields())
                .containsExactly(null, List.of("Stage"));
        assertThat(timeline().steps())
                .filteredOn(Step.Routed.class::isInstance)
                .allMatch(step -> ((Step.Routed) step).accountFrom() == Step.AccountFrom.RECORD);
    }

    @Test
    void what_cannot_be_read_is_a_step_too_and_stops_nothing() {
        byte[] garbage = "no event".getBytes(StandardCharsets.UTF_8);
        add(new ProducerRecord<>(Topics.WEBHOOKS, null, T0.toEpochMilli(), RECORD, garbage));
        add(new ProducerRecord<>(Topics.DIRECTORY, null, T0.toEpochMilli(), RECORD, garbage));
        add(new ProducerRecord<>(Topics.DLT, null, at(1).toEpochMilli(), RECORD, garbage));

        assertThat(timeline().steps()).hasSize(2).allMatch(step -> step.eventId() == null);
        assertThat(timeline().holding()).isEqualTo(Holding.UNKNOWN);
    }

    private static Instant at(long seconds) {
        return T0.plusSeconds(seconds);
    }

    private Timeline timeline() {
        return Timeline.of(seen, handled, new Positions(processor, sink), Duration.ofHours(1));
    }

    private Conclusion ofRecord() {
        return ofRecord(at(70));
    }

    private Conclusion ofRecord(Instant now) {
        return new Verdict(timeline(), new Positions(processor, sink), T0, now).ofRecord();
    }

    private Conclusion ofEvent(String eventId) {
        return new Verdict(timeline(), new Positions(processor, sink), T0, at(70)).ofEvent(eventId);
    }

    private void handle(String deadLetter, String action, Instant at) {
        handled.put(
                deadLetter,
                new Timeline.HandledRecord(at, new Place(Topics.DLT_HANDLED, 0, 0), new Handled(action, at)));
    }

    private static ProducerRecord<String, byte[]> redriven(ProducerRecord<String, byte[]> record, Instant at) {
        ProducerRecord<String, byte[]> again = new ProducerRecord<>(
                record.topic(), null, at.toEpochMilli(), record.key(), record.value(), record.headers());
        Headers.put(again.headers(), Headers.REPLAY_ID, "redrive-0-0");
        Headers.put(again.headers(), Headers.REDRIVE_OF, "memory.sync.dlt-0@0");
        return again;
    }

    /** The services have read everything that was added so far. */
    private void allIsProcessed() {
        ends.forEach((topic, end) ->
                (topic.equals(Topics.WEBHOOKS) ? processor : sink).put(new TopicPartition(topic, 0), end));
    }

    @SafeVarargs
    private void add(ProducerRecord<String, byte[]>... records) {
        for (ProducerRecord<String, byte[]> record : records) {
            long offset = ends.merge(record.topic(), 1L, Long::sum) - 1;
            seen.add(new ConsumerRecord<>(
                    record.topic(),
                    0,
                    offset,
                    record.timestamp(),
                    TimestampType.CREATE_TIME,
                    0,
                    0,
                    record.key().getBytes(StandardCharsets.UTF_8),
                    record.value(),
                    record.headers(),
                    Optional.empty()));
        }
    }
}
