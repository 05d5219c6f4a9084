package io.webhookmemory.processor.topology;

import static io.webhookmemory.processor.topology.TopologyRun.NOW;
import static io.webhookmemory.processor.topology.TopologyRun.RECORD;
import static io.webhookmemory.processor.topology.TopologyRun.event;
import static io.webhookmemory.processor.topology.TopologyRun.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.processor.record.RecordState;
import io.webhookmemory.processor.record.RecordStateCodec;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.Headers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a record that an operator erases, and what brings it back. */
class EraseTest {
    private static final String DEALS = "zoho.deals";
    private static final Instant ERASED = NOW.plusSeconds(60);

    @TempDir
    private Path state;

    private TopologyRun run;

    @BeforeEach
    void start() {
        run = new TopologyRun(state);
        run.pipe(event("e1", EventType.CREATE, "Deals", NOW, json("{'Name':'Ada','Account_Name':{'id':'7'}}")));
        run.read(DEALS);
    }

    @AfterEach
    void stop() {
        run.close();
    }

    @Test
    void an_erasure_leaves_no_content_in_the_state_and_none_in_the_event() {
        erase("x1", ERASED);

        assertErased();
        assertThat(new String(run.storedRecord(RECORD), UTF_8)).doesNotContain("Ada", "Name", "7\"");
        assertThat(run.read(DEALS)).singleElement().satisfies(message -> {
            WebhookEvent routed = TopologyRun.decoded(message.value());
            assertThat(routed.eventType()).isEqualTo(EventType.DELETE);
            assertThat(routed.recordData()).isEmpty();
            assertThat(routed.accountId()).as("where memory holds the document").isEqualTo("7");
            assertThat(routed.timestamp()).isEqualTo(ERASED);
            assertThat(message.headers().lastHeader(Headers.ERASE)).isNotNull();
        });
        List<TestRecord<String, byte[]>> changelog = run.read(Topics.RECORDS_CHANGELOG);
        assertThat(changelog.get(changelog.size() - 1).value()).isEqualTo(run.storedRecord(RECORD));
    }

    @Test
    void an_erasure_of_a_record_that_is_only_in_the_directory_names_its_account() {
        run.directory().pipeInput("2", new DirectoryEntry("Deals", "8", "account_8", "d", "ab", NOW));
        WebhookEvent deletion = WebhookEvent.received(
                "x1", EventType.DELETE, "Deals", "2", json("{}"), List.of(), ERASED, null, ERASED, EventSource.SIGNED);

        run.erase(deletion);

        assertThat(run.readEvents(DEALS))
                .singleElement()
                .extracting(WebhookEvent::accountId)
                .isEqualTo("8");
        assertThat(RecordStateCodec.fromBytes(run.storedRecord("2")).erased()).isTrue();
    }

    @Test
    void no_older_event_brings_an_erased_record_back() {
        erase("x1", ERASED);
        byte[] marker = run.storedRecord(RECORD);
        run.read(DEALS);

        for (EventType type : List.of(EventType.CREATE, EventType.UPDATE, EventType.RESTORE)) {
            run.pipe(event("late-" + type, type, "Deals", NOW.plusSeconds(30), json("{'id':'1','Name':'Ada'}")));
        }
        WebhookEvent redriven = event("e9", "Deals", NOW).routed(json("{'Name':'Ada'}"), NOW, "7", true, null);
        run.pipe(redriven);

        assertThat(run.read(DEALS)).isEmpty();
        assertThat(run.storedRecord(RECORD)).isEqualTo(marker);
        assertThat(run.count("processor.stale")).isEqualTo(4);
    }

    @Test
    void the_senders_own_deletion_after_the_erasure_leaves_no_content() {
        erase("x1", ERASED);
        run.read(DEALS);

        run.pipe(event("e2", EventType.DELETE, "Deals", ERASED.plusSeconds(5), json("{'Name':'Ada'}")));

        assertErased();
        assertThat(run.readEvents(DEALS)).singleElement().satisfies(routed -> {
            assertThat(routed.recordData()).isEmpty();
            assertThat(routed.timestamp()).isEqualTo(ERASED.plusSeconds(5));
        });
    }

    @Test
    void a_record_that_is_created_after_its_erasure_has_only_what_is_new() {
        erase("x1", ERASED);
        run.read(DEALS);

        run.pipe(event("e2", EventType.CREATE, "Deals", ERASED.plusSeconds(5), json("{'Name':'Ada L.'}")));
        run.pipe(event("late", "Deals", NOW.plusSeconds(30)));

        assertThat(run.readEvents(DEALS))
                .extracting(WebhookEvent::recordData)
                .containsExactly(json("{'Name':'Ada L.'}"), json("{'Name':'Ada L.'}"));
        assertThat(RecordStateCodec.fromBytes(run.storedRecord(RECORD)).erased())
                .isFalse();
    }

    @Test
    void an_update_brings_a_record_back_by_its_own_time_of_change_and_not_by_the_time_of_a_notification() {
        erase("x1", ERASED);
        run.read(DEALS);

        run.pipe(event("e2", "Deals", ERASED.plusSeconds(5)));
        assertThat(run.read(DEALS)).as("sent later, perhaps changed before").isEmpty();
        assertErased();

        run.pipe(event(
                "e3",
                EventType.UPDATE,
                "Deals",
                ERASED.plusSeconds(5),
                json("{'b':1,'Modified_Time':'2026-01-01T12:01:03+00:00'}")));
        assertThat(run.readEvents(DEALS))
                .singleElement()
                .satisfies(routed -> assertThat(routed.recordData().properties().stream()
                                .map(Map.Entry::getKey)
                                .toList())
                        .containsExactlyInAnyOrder("b", "Modified_Time"));
    }

    @Test
    void an_erasure_counts_although_the_records_clock_is_ahead() {
        run.pipe(event("e2", "Deals", ERASED.plusSeconds(600)));
        run.read(DEALS);

        erase("x1", ERASED);

        assertErased();
        assertThat(run.readEvents(DEALS))
                .singleElement()
                .satisfies(routed -> assertThat(routed.timestamp()).isAfter(ERASED.plusSeconds(600)));
    }

    @Test
    void a_replayed_erasure_does_not_erase_a_record_that_came_again() {
        erase("x1", ERASED);
        run.pipe(event("e2", EventType.CREATE, "Deals", ERASED.plusSeconds(5), json("{'Name':'Ada L.'}")));
        run.read(DEALS);

        run.erase(deletion("x1", ERASED), Headers.REPLAY_ID, "r1");

        assertThat(run.read(DEALS)).isEmpty();
        assertThat(RecordStateCodec.fromBytes(run.storedRecord(RECORD)).erased())
                .isFalse();
    }

    @Test
    void an_erasure_that_the_sink_dead_lettered_reaches_it_again_when_it_is_redriven() {
        erase("x1", ERASED);
        WebhookEvent routed = run.readEvents(DEALS).get(0);
        byte[] marker = run.storedRecord(RECORD);

        run.erase(routed, Headers.REPLAY_ID, "redrive-0-1", Headers.REDRIVE_OF, "memory.sync.dlt-0@1");

        assertThat(run.read(DEALS)).singleElement().satisfies(message -> {
            assertThat(TopologyRun.decoded(message.value()).timestamp()).isEqualTo(ERASED);
            assertThat(message.headers().lastHeader(Headers.ERASE)).isNotNull();
        });
        assertThat(run.storedRecord(RECORD)).isEqualTo(marker);
    }

    @Test
    void a_parent_forgets_an_erased_child_and_a_child_keeps_the_account_of_an_erased_parent() {
        run.pipe(link("2", "Deals", "{'Account_Name':{'id':'7'}}"));
        run.pipe(link("3", "Notes", "{'Parent_Id':{'id':'2','module':{'api_name':'Deals'}}}"));
        relay();
        run.read("zoho.notes");
        run.read(DEALS);

        run.erase(link("2", "Deals", "{}").as(EventType.DELETE, json("{}"), ERASED, null));
        relay();
        assertThat(run.read("zoho.notes")).as("the note stays where it is").isEmpty();

        run.erase(link("3", "Notes", "{}").as(EventType.DELETE, json("{}"), ERASED, null));
        assertThat(run.read(Topics.LINKS))
                .singleElement()
                .satisfies(message -> assertThat(new String(message.value(), UTF_8))
                        .contains("unlinked")
                        .contains("\"from\":\"3\""));
    }

    @Test
    void an_erasure_that_is_repeated_is_routed_again_under_a_later_time() {
        erase("x1", ERASED);
        erase("x2", ERASED.plus(Duration.ofMinutes(1)));

        assertErased();
        assertThat(run.readEvents(DEALS))
                .extracting(WebhookEvent::timestamp)
                .containsExactly(ERASED, ERASED.plus(Duration.ofMinutes(1)));
    }

    private void relay() {
        for (List<TestRecord<String, byte[]>> messages = run.read(Topics.LINKS);
                !messages.isEmpty();
                messages = run.read(Topics.LINKS)) {
            messages.forEach(message -> run.pipeLink(message.key(), message.value()));
        }
    }

    private static WebhookEvent link(String id, String module, String fields) {
        return WebhookEvent.received(
                "e-" + id + fields.length(),
                EventType.CREATE,
                module,
                id,
                json(fields),
                List.of(),
                NOW,
                null,
                NOW,
                EventSource.SIGNED);
    }

    private void erase(String eventId, Instant at) {
        run.erase(deletion(eventId, at));
    }

    private static WebhookEvent deletion(String eventId, Instant at) {
        return event(eventId, EventType.DELETE, "Deals", at, json("{}"));
    }

    private void assertErased() {
        RecordState stored = RecordStateCodec.fromBytes(run.storedRecord(RECORD));
        assertThat(stored.erased()).isTrue();
        assertThat(stored.data()).isEmpty();
        assertThat(stored.fieldTimes()).isEmpty();
        assertThat(stored.filing()).isNull();
    }
}
