package io.webhookmemory.sink.memory;

import io.webhookmemory.sink.cognee.Memory;
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
 * Brings memory to the state that an event shows: exactly one document for each living record, none for a deleted one. The
 * directory says where a record's document is, so that an event costs the same number of calls whatever a dataset's size.
 *
 * <p>For each event: {@link #plan}, then the plan's intents are written, then {@link #carryOut}, then the results' follow-ups
 * are written. A process that stops anywhere in between leaves an intent, and the next attempt settles: it waits until no
 * earlier call can change memory any more, searches, and writes the document under a new id in any case. Every step can be
 * repeated.
 *
 * <p>Thread-safe. The caller makes sure that no two events of one record or of one dataset ({@link #affected}) are carried
 * out at once, but in one call of {@link #carryOut}, and that between {@code plan} and the follow-ups of an event no other
 * event of its record is planned.
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
     * @param refreshed modules whose records can be read again from Zoho, and are kept at all; empty without Zoho
     * @param callTimeout how long a call that changes memory may take at most
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
     * @param followUps to be written before the event counts as done, in one transaction. Of an abandoned event: verify
     *     events, to be written although this process no longer owns the record
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
     * Decides what to do, from the directory alone; no call is made and nothing is changed.
     *
     * @param replayedSince for a replayed event, when its replay was first met: since then memory may hold something else
     *     than the directory says, as it may have been emptied or restored before
     */
    public Change plan(WebhookEvent event, Optional<Instant> replayedSince) {
        return planner.plan(event, directory.of(event.recordId()), replayedSince.orElse(null));
    }

    /**
     * Carries out changes of different records; blocks. To be called once the changes' intents are written. Documents that
     * go to one dataset are added in one call; where that call fails, it is repeated with half of them, so that one bad
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
     * The verify event to be written where the lease of a change was lost after {@link #carryOut}, before its follow-ups
     * were written; empty where none is needed.
     */
    public Optional<ProducerRecord<String, byte[]>> verification(Change change) {
        return verifications.of(change);
    }

    /**
     * To be called where the follow-ups of a change cannot be written: the record counts as unsettled again, so that the next
     * event of it is carried out whatever it says.
     */
    public void followUpsRefused(Change change) {
        change.intent().ifPresent(intended -> directory.put(change.event().recordId(), intended.known()));
    }

    /**
     * To be called by the polling thread when partitions have come, before {@link DirectoryReader#read} and before any event
     * of theirs is planned.
     */
    public void partitionsAssigned() {
        cache.dropAll();
    }

    /** To be called by the polling thread when partitions have gone. */
    public void partitionsRevoked(Collection<Integer> numbers) {
        directory.drop(numbers);
        cache.dropAll();
    }
}
