package io.webhookmemory.sink.memory;

import io.webhookmemory.cognee.DocumentMetadata;
import io.webhookmemory.cognee.MemoryException;
import io.webhookmemory.sink.consume.LeaseLostException;
import io.webhookmemory.topics.event.WebhookEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends attempts: updates the directory and determines what to write. Thread-safe. */
final class Endings {
    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    private final Documents documents;
    private final RecordDirectory directory;
    private final DirectoryRecords records;
    private final Refreshes refreshes;
    private final FollowUps followUps;
    private final Verifications verifications;

    Endings(
            Documents documents,
            RecordDirectory directory,
            DirectoryRecords records,
            Refreshes refreshes,
            FollowUps followUps,
            Verifications verifications) {
        this.documents = documents;
        this.directory = directory;
        this.records = records;
        this.refreshes = refreshes;
        this.followUps = followUps;
        this.verifications = verifications;
    }

    /** Runs steps that may end the attempt early. */
    void guard(Attempt attempt, Runnable steps) {
        try {
            steps.run();
        } catch (LeaseLostException e) {
            abandoned(attempt);
        } catch (MemoryException e) {
            failed(attempt, e);
        }
    }

    /** If no call was sent to memory, the intent is withdrawn: the record is as before. */
    void failed(Attempt attempt, MemoryException e) {
        if (!e.wasCalled() && !attempt.hasCalled()) {
            attempt.change().known().ifPresent(before -> directory.put(recordId(attempt), before));
        }
        failed(attempt, Attempt.failed(e));
    }

    /** The intent stays pending. The graph of a removed document must still be built. */
    void failed(Attempt attempt, Outcome.Failed failed) {
        attempt.change().datasets().forEach(documents::doubt);
        attempt.end(new RecordSync.Result(failed, followUps.ofDirty(attempt)));
    }

    void abandoned(Attempt attempt) {
        attempt.change().datasets().forEach(documents::doubt);
        Optional<ProducerRecord<String, byte[]>> verification =
                attempt.hasCalled() ? verifications.of(attempt.change()) : Optional.empty();
        attempt.end(new RecordSync.Result(
                new Outcome.Abandoned(), verification.map(List::of).orElse(List.of())));
    }

    /** Memory was not changed. */
    void nothing(Attempt attempt, Outcome.Done outcome, Optional<Change.Intended> after) {
        after.ifPresent(intended -> directory.put(recordId(attempt), intended.known()));
        List<ProducerRecord<String, byte[]>> written = new ArrayList<>(followUps.ofDirty(attempt));
        after.map(Change.Intended::record).ifPresent(written::add);
        attempt.end(new RecordSync.Result(outcome, written));
    }

    void written(ReadyWrite ready, String dataId) {
        Change.Write write = ready.write();
        Attempt attempt = ready.attempt();
        WebhookEvent event = write.event();
        DocumentMetadata metadata = write.document().metadata();
        Place place = new Place(
                event.module(),
                event.accountId(),
                write.dataset(),
                dataId,
                metadata.contentSha256(),
                event.timestamp());
        boolean wasThere = write.isThere() && write.before().place().dataId().equals(dataId);
        if (wasThere && !attempt.hasRemoved()) {
            Change.Intended after = new Change.Intended(Known.at(place), records.entry(event, place));
            nothing(attempt, Outcome.Done.UNCHANGED, Optional.of(after));
            return;
        }
        attempt.dirty(write.dataset());
        directory.put(event.recordId(), Known.at(place));
        Outcome.Done outcome = attempt.hasRemoved() ? Outcome.Done.REPLACED : Outcome.Done.ADDED;
        attempt.end(new RecordSync.Result(outcome, followUps.of(attempt, write.before(), records.entry(event, place))));
    }

    void removed(Attempt attempt, Known before, Change.Intended after) {
        directory.put(recordId(attempt), after.known());
        Outcome.Done outcome = attempt.hasRemoved() ? Outcome.Done.REMOVED : Outcome.Done.ABSENT;
        attempt.end(new RecordSync.Result(outcome, followUps.of(attempt, before, after.record())));
    }

    /** @param leftBehind verify events of the records that the dataset held */
    void removedAccount(
            Attempt attempt, Known before, List<ProducerRecord<String, byte[]>> leftBehind, Change.Intended after) {
        directory.put(recordId(attempt), after.known());
        List<ProducerRecord<String, byte[]>> written = new ArrayList<>(followUps.of(attempt, before, after.record()));
        written.addAll(0, leftBehind);
        Outcome.Done outcome = attempt.hasRemoved() ? Outcome.Done.REMOVED : Outcome.Done.ABSENT;
        attempt.end(new RecordSync.Result(outcome, written));
    }

    /** The document that the directory names is missing: only an event with the record's content can write it again. */
    void lost(Attempt attempt, Place place) {
        WebhookEvent event = attempt.change().event();
        directory.put(event.recordId(), Known.at(place).lost());
        List<ProducerRecord<String, byte[]>> written = new ArrayList<>(followUps.ofDirty(attempt));
        Optional<ProducerRecord<String, byte[]>> refresh = refreshes.ofLost(event, place.eventTime());
        refresh.ifPresent(written::add);
        written.add(records.lost(event, place));
        if (refresh.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("module", event.module())
                    .addKeyValue("record_id", event.recordId())
                    .addKeyValue("dataset", place.dataset())
                    .log("the record's document is missing in memory; its next event writes it again");
        }
        attempt.end(new RecordSync.Result(Outcome.Done.LOST, written));
    }

    private static String recordId(Attempt attempt) {
        return attempt.change().event().recordId();
    }
}
