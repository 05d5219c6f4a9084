package io.webhookmemory.sink.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.cognee.AddResult;
import io.webhookmemory.cognee.Datasets;
import io.webhookmemory.cognee.Failure;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.cognee.MemoryException;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.cognee.StoredDocument;
import io.webhookmemory.sink.consume.Lease;
import io.webhookmemory.sink.consume.LeaseLostException;
import io.webhookmemory.sink.document.DocumentWriter;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.InvalidEventException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordSyncTest {
    private final RecordDirectory directory = new RecordDirectory();
    private final OwnLease lease = new OwnLease();
    private FakeMemory real = new FakeMemory(true);
    private RecordSync sync = sync(real, Set.of());

    private static final class OwnLease implements Lease {
        private final List<ProducerRecord<String, byte[]>> written = new ArrayList<>();
        private int callsLeft = Integer.MAX_VALUE;

        @Override
        public void require(Duration callTimeout) {
            if (callsLeft-- <= 0) {
                throw new LeaseLostException("lost on purpose");
            }
        }

        @Override
        public void write(List<ProducerRecord<String, byte[]>> records) {
            written.addAll(records);
        }
    }

    private RecordSync sync(Memory memory, Set<String> refreshed) {
        Datasets datasets = new Datasets("account_{account_id}", "account_none");
        return new RecordSync(
                memory,
                directory,
                new RecordSync.Settings(datasets, "sink-0", refreshed, Duration.ofSeconds(1)),
                Clock.systemUTC());
    }

    @ParameterizedTest
    @CsvSource({"10, true", "2000, true", "10, false", "2000, false"})
    void an_update_costs_one_deletion_and_one_add_whatever_the_dataset_s_size(int documents, boolean namesConflicts) {
        real = new FakeMemory(namesConflicts);
        sync = sync(real, Set.of());
        apply(IntStream.range(0, documents)
                .mapToObj(record -> Events.update("r" + record, "7", 1, "a"))
                .toList());
        real.calls().clear();

        RecordSync.Result result = apply(Events.update("r3", "7", 2, "b"));

        assertThat(result.outcome()).isEqualTo(Outcome.Done.REPLACED);
        assertThat(real.calls()).isEqualTo(Map.of("delete", 1, "add", 1, "documents", 1));
        assertThat(result.followUps())
                .extracting(ProducerRecord::topic)
                .containsExactly(Topics.COGNIFY, Topics.DIRECTORY);
    }

    @Test
    void an_erasure_removes_documents_of_the_record_that_the_directory_does_not_know() {
        real = new FakeMemory(false);
        sync = sync(real, Set.of());
        apply(Events.update("1", "7", 1, "known"));
        apply(Events.update("2", "7", 1, "another record"));
        WebhookEvent unknown = Events.update("1", "7", 1, "unknown");
        real.add("account_7", List.of(DocumentWriter.write(unknown, unknown.timestamp())));
        real.add("account_8", List.of(DocumentWriter.write(unknown, unknown.timestamp())));

        RecordSync.Result result = erase(Events.delete("Deals", "1", "8", 2));

        assertThat(result.outcome()).isEqualTo(Outcome.Done.REMOVED);
        assertThat(documents()).isEqualTo(Map.of("Deals_2", "account_7"));
        assertThat(directory.of("1")).isEqualTo(Known.deleted(Events.time(2)));
        assertThat(apply(Events.update("1", "7", 1, "from a retry topic")).outcome())
                .isEqualTo(Outcome.Done.STALE);
    }

    private RecordSync.Result erase(WebhookEvent deletion) {
        Change change = sync.plan(deletion, Optional.of(Instant.now()));
        return sync.carryOut(List.of(change), List.of(lease)).get(0);
    }

    @Test
    void a_move_marks_both_datasets_and_has_both_accounts_read_again() {
        sync = sync(real, Set.of("Accounts", "Deals"));
        apply(Events.update("1", "7", 1, "a"));

        RecordSync.Result result = apply(Events.update("1", "8", 2, "a"));

        assertThat(documents()).isEqualTo(Map.of("Deals_1", "account_8"));
        assertThat(result.followUps())
                .extracting(record -> record.topic() + " " + record.key())
                .containsExactly(
                        Topics.COGNIFY + " account_7",
                        Topics.COGNIFY + " account_8",
                        "zoho.accounts 8",
                        "zoho.accounts 7",
                        Topics.DIRECTORY + " 1");
    }

    @Test
    void many_documents_of_one_dataset_are_added_in_one_call() {
        apply(updates(50, 1, "a"));
        real.calls().clear();

        List<RecordSync.Result> results = apply(updates(50, 2, "b"));

        assertThat(real.calls()).isEqualTo(Map.of("delete", 50, "add", 1, "documents", 50));
        assertThat(results).extracting(RecordSync.Result::outcome).containsOnly(Outcome.Done.REPLACED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 49})
    void one_bad_document_does_not_fail_the_others_of_its_call(int bad) {
        sync = sync(new Refusing(document -> document.text().contains("bad"), "http_422"), Set.of());
        List<WebhookEvent> events = new ArrayList<>(updates(50, 1, "a"));
        events.set(bad, Events.update("r" + bad, "7", 1, "bad"));

        List<RecordSync.Result> results = apply(events);

        assertThat(results.get(bad).outcome()).isInstanceOf(Outcome.Failed.class);
        results.remove(bad);
        assertThat(results).extracting(RecordSync.Result::outcome).containsOnly(Outcome.Done.ADDED);
        assertThat(documents()).hasSize(49);
    }

    @Test
    void after_a_call_that_was_not_answered_each_record_is_written_by_itself() {
        boolean[] fails = {true};
        sync = sync(new Refusing(document -> fails[0], Failure.TIMEOUT), Set.of());

        assertThat(apply(updates(3, 1, "a")))
                .extracting(RecordSync.Result::outcome)
                .hasOnlyElementsOfType(Outcome.Failed.class);
        assertThat(real.calls()).doesNotContainKey("add");
        fails[0] = false;
        apply(updates(3, 1, "a"));

        // Each is added, deleted and added again: under an id that no earlier process can know.
        assertThat(real.calls()).isEqualTo(Map.of("settle", 1, "add", 6, "delete", 3, "documents", 6));
        assertThat(documents()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_settled_record_is_written_under_a_new_id_though_its_text_is_there(boolean namesConflicts) {
        real = new FakeMemory(namesConflicts);
        sync = sync(real, Set.of());
        WebhookEvent event = Events.update("1", "7", 1, "a");
        Change begun = sync.plan(event, Optional.empty());
        sync.carryOut(List.of(begun), List.of(lease));
        String found = real.documents().get(0).document().dataId();
        // Another process takes over; what it reads is the intent.
        directory.put("1", begun.intent().orElseThrow().known());
        sync.partitionsAssigned();

        apply(event);
        // The process before it was frozen while it deleted what it had found there.
        real.delete("account_7", found);

        assertThat(documents()).isEqualTo(Map.of("Deals_1", "account_7"));
        assertThat(directory.of("1").place().dataId())
                .isEqualTo(real.documents().get(0).document().dataId());
    }

    @Test
    void a_document_that_the_directory_does_not_know_makes_way() {
        apply(Events.update("1", "7", 1, "a"));
        directory.put("1", Known.NOTHING);

        RecordSync.Result result = apply(Events.update("1", "7", 2, "b"));

        assertThat(result.outcome()).isEqualTo(Outcome.Done.REPLACED);
        assertThat(real.documents()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_replayed_event_finds_what_is_there_and_writes_what_is_not(boolean namesConflicts) {
        real = new FakeMemory(namesConflicts);
        sync = sync(real, Set.of());
        WebhookEvent event = Events.update("1", "7", 1, "a");
        apply(event);
        assertThat(replay(event).outcome()).isEqualTo(Outcome.Done.UNCHANGED);

        real.deleteDataset("account_7");

        assertThat(replay(event).outcome()).isEqualTo(Outcome.Done.ADDED);
        assertThat(documents()).isEqualTo(Map.of("Deals_1", "account_7"));
        assertThat(replay(Events.delete("Deals", "1", "7", 2)).outcome()).isEqualTo(Outcome.Done.REMOVED);
        assertThat(documents()).isEmpty();
    }

    /** Zoho keeps an activity as a task, meeting or call; senders may name either module. */
    @Test
    void a_deletion_removes_the_record_s_document_whatever_module_it_was_written_for() {
        Change begun = sync.plan(Events.update("1", "7", 1, "a"), Optional.empty());
        sync.carryOut(List.of(begun), List.of(lease));
        directory.put("1", begun.intent().orElseThrow().known());
        sync.partitionsAssigned();

        apply(Events.delete("Activities", "1", "7", 2));

        assertThat(documents()).isEmpty();
    }

    @Test
    void an_account_s_deletion_tells_the_owners_of_the_other_records_before_and_after() {
        sync = sync(real, Set.of("Accounts", "Deals"));
        apply(List.of(Events.update("1", "7", 1, "a"), Events.update("2", "7", 1, "b")));

        RecordSync.Result result = apply(Events.delete("Accounts", "7", "7", 2));

        assertThat(documents()).isEmpty();
        assertThat(lease.written).extracting(ProducerRecord::key).contains("1", "2");
        assertThat(result.followUps()).extracting(ProducerRecord::key).containsExactly("1", "2", "7");
        WebhookEvent verify = event(result.followUps().get(0));
        assertThat(verify.eventType()).isEqualTo(EventType.VERIFY);

        RecordSync.Result verified = apply(verify);

        assertThat(verified.outcome()).isEqualTo(Outcome.Done.LOST);
        assertThat(event(verified.followUps().get(0)).eventType()).isEqualTo(EventType.REFRESH);
        assertThat(apply(Events.update("1", null, 2, "a")).outcome()).isEqualTo(Outcome.Done.ADDED);
        assertThat(apply(verify).outcome()).isEqualTo(Outcome.Done.UNCHANGED);
    }

    @Test
    void a_verify_event_removes_what_the_directory_does_not_know_and_leaves_the_rest() {
        apply(Events.update("1", "8", 1, "a"));
        real.add("account_7", List.of(document(Events.update("1", "7", 0, "late"))));
        real.add("account_7", List.of(document(Events.update("2", "7", 0, "other"))));

        RecordSync.Result result = apply(Events.verify("1", "ab", "account_7"));

        assertThat(result.outcome()).isEqualTo(Outcome.Done.REMOVED);
        assertThat(documents()).isEqualTo(Map.of("Deals_1", "account_8", "Deals_2", "account_7"));
    }

    @Test
    void a_change_whose_lease_is_lost_is_abandoned_and_asks_for_verification_once_it_has_called() {
        apply(Events.update("1", "7", 1, "a"));
        lease.callsLeft = 0;
        RecordSync.Result before = apply(Events.update("1", "7", 2, "b"));
        assertThat(before).isEqualTo(new RecordSync.Result(new Outcome.Abandoned(), List.of()));

        directory.put("1", Known.at(directory.of("1").place()));
        lease.callsLeft = 1;
        RecordSync.Result after = apply(Events.update("1", "7", 2, "b"));

        assertThat(after.outcome()).isInstanceOf(Outcome.Abandoned.class);
        assertThat(after.followUps()).hasSize(1);
        assertThat(Verifications.named(event(after.followUps().get(0)))).containsExactly("account_7");
    }

    private static List<WebhookEvent> updates(int count, int second, String content) {
        return IntStream.range(0, count)
                .mapToObj(record -> Events.update("r" + record, "7", second, content))
                .toList();
    }

    private RecordSync.Result apply(WebhookEvent event) {
        return apply(List.of(event)).get(0);
    }

    private List<RecordSync.Result> apply(List<WebhookEvent> events) {
        List<Change> planned =
                events.stream().map(event -> sync.plan(event, Optional.empty())).toList();
        return new ArrayList<>(sync.carryOut(planned, Collections.nCopies(planned.size(), lease)));
    }

    private RecordSync.Result replay(WebhookEvent event) {
        Change change = sync.plan(event, Optional.of(Instant.now().plusSeconds(1)));
        return sync.carryOut(List.of(change), List.of(lease)).get(0);
    }

    private Map<String, String> documents() {
        Map<String, String> documents = new TreeMap<>();
        real.documents().forEach(held -> documents.put(held.document().name(), held.dataset()));
        return documents;
    }

    private static NewDocument document(WebhookEvent event) {
        return DocumentWriter.write(event, event.timestamp());
    }

    private static WebhookEvent event(ProducerRecord<String, byte[]> record) {
        try {
            return EventCodec.fromBytes(record.value());
        } catch (InvalidEventException e) {
            throw new AssertionError(e);
        }
    }

    /** Refuses calls with such a document. */
    private final class Refusing implements Memory {
        private final Predicate<NewDocument> refused;
        private final String reason;

        Refusing(Predicate<NewDocument> refused, String reason) {
            this.refused = refused;
            this.reason = reason;
        }

        @Override
        public AddResult add(String dataset, List<NewDocument> documents) {
            if (documents.stream().anyMatch(refused)) {
                throw new MemoryException(new Failure.Transient(reason, Optional.empty()), "on purpose", null);
            }
            return real.add(dataset, documents);
        }

        @Override
        public boolean namesConflicts() {
            return real.namesConflicts();
        }

        @Override
        public List<StoredDocument> list(String dataset) {
            return real.list(dataset);
        }

        @Override
        public void settle(String dataset) {
            real.settle(dataset);
        }

        @Override
        public void delete(String dataset, String dataId) {
            real.delete(dataset, dataId);
        }

        @Override
        public void deleteDataset(String dataset) {
            real.deleteDataset(dataset);
        }

        @Override
        public boolean cognify(String dataset) {
            throw new UnsupportedOperationException();
        }
    }
}
