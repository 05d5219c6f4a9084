package io.webhookmemory.sink.memory;

import io.webhookmemory.cognee.Datasets;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.sink.consume.Lease;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Brings memory to the state that an event shows: exactly one document for each existing record, none for a deleted
 * one. The directory tells where a record's document is, so that an event takes the same number of calls whatever a
 * dataset's size.
 *
 * <p>For each event: {@link #plan}, write the plan's intents, {@link #carryOut}, then make the result's follow-up
 * writes. A process that stops anywhere in between leaves an intent, and the next attempt settles: it waits until no
 * earlier call can change memory any more, searches, and always writes the document under a new id. Every step can be
 * repeated.
 *
 * <p>Thread-safe. The caller ensures that no two events of one record or of one dataset ({@link #affected}) are carried
 * out at once, except in one call of {@link #carryOut}, and that no other event of a record is planned between {@code
 * plan} and the follow-up writes of its event.
 */
public final class RecordSync {
    private final RecordDirectory directory;
    private final DatasetCache cache;
    private final Planner planner;
    private final Verifications verifications;
    private final Changes changes;
    private final Settings settings;

    /**
     * @param instance this process, named in intents
     * @param refreshed modules whose records can be read again from Zoho and are accepted by the pipeline; empty
     *     without Zoho
     * @param callTimeout the longest duration of a call that changes memory
     */
    public record Settings(Datasets datasets, String instance, Set<String> refreshed, Duration callTimeout) {}

    public RecordSync(Memory memory, RecordDirectory directory, Settings settings, Clock clock) {
        this.directory = directory;
        this.settings = settings;
        this.cache = new DatasetCache(memory, clock);
        DirectoryRecords records = new DirectoryRecords(settings.instance(), clock);
        this.planner = new Planner(settings.datasets(), records);
        this.verifications = new Verifications(records);
        Refreshes refreshes = new Refreshes(settings.refreshed());
        Documents documents = new Documents(memory, cache);
        Endings endings =
                new Endings(documents, directory, records, refreshes, new FollowUps(refreshes, clock), verifications);
        this.changes = new Changes(documents, directory, verifications, planner, endings);
    }

    /**
     * What was done with an event.
     *
     * @param followUps to write in one transaction before the event counts as finished. For an abandoned event: verify
     *     events, to write although this process no longer owns the record
     */
    public record Result(Outcome outcome, List<ProducerRecord<String, byte[]>> followUps) {
        public Result {
            followUps = List.copyOf(followUps);
        }
    }

    /** The datasets that an event may change: its account's, the document's, and those of a pending intent. */
    public Set<String> affected(WebhookEvent event) {
        return planner.affected(event, directory.of(event.recordId()));
    }

    /**
     * Decides what to do, from the directory alone; makes no call and changes nothing.
     *
     * @param replayedSince for a replayed event, when its replay was first seen: since then memory may differ from the
     *     directory, because it may have been emptied or restored. Now for an erasure
     */
    public Change plan(WebhookEvent event, Optional<Instant> replayedSince) {
        return planner.plan(event, directory.of(event.recordId()), replayedSince.orElse(null));
    }

    /**
     * Carries out changes of different records; blocks. Call it after the changes' intents are written. Documents for
     * the same dataset are added in one call; if that call fails, it is repeated with half of them, so that one invalid
     * document does not fail the others.
     *
     * @param leases one for each change
     * @return one for each change, in the order of the changes
     */
    public List<Result> carryOut(List<Change> planned, List<Lease> leases) {
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < planned.size(); i++) {
            attempts.add(new Attempt(planned.get(i), leases.get(i), settings.callTimeout()));
        }
        changes.make(attempts);
        return attempts.stream().map(attempt -> attempt.result().orElseThrow()).toList();
    }

    /**
     * The verify event to write if the lease of a change was lost after {@link #carryOut} and before its follow-up
     * writes; empty if none is needed.
     */
    public Optional<ProducerRecord<String, byte[]>> verification(Change change) {
        return verifications.of(change);
    }

    /**
     * Call if the follow-up writes of a change were refused: the record counts as unsettled again, so that its next
     * event is carried out whatever its content.
     */
    public void followUpsRefused(Change change) {
        change.intent().ifPresent(intended -> directory.put(change.event().recordId(), intended.known()));
    }

    /**
     * Call on the polling thread when partitions are assigned, before {@link DirectoryReader#read} and before any of
     * their events is planned.
     */
    public void partitionsAssigned() {
        cache.dropAll();
    }

    /** Call on the polling thread when partitions are revoked. */
    public void partitionsRevoked(Collection<Integer> numbers) {
        directory.drop(numbers);
        cache.dropAll();
    }
}
