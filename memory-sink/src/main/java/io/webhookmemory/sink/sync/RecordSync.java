package io.webhookmemory.sink.sync;

import io.webhookmemory.sink.cognee.Memory;
import io.webhookmemory.sink.cognee.MemoryException;
import io.webhookmemory.sink.cognee.NewDocument;
import io.webhookmemory.sink.cognee.StoredDocument;
import io.webhookmemory.sink.document.DocumentWriter;
import io.webhookmemory.topics.event.CognifyRequest;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Brings memory to the state that an event shows. Every step can be repeated: whatever moment the process dies at, doing
 * the event again ends in one current document.
 *
 * <p>Old out, new in, in that order: Cognee drops the facts of a document that is deleted after a newer one asserted
 * them too. The caller sees to it that no two events of one dataset, or of one record, are applied at once.
 */
public final class RecordSync {
    /** So long another instance, or an operator, may have changed memory unnoticed. */
    private static final Duration MAX_VIEW_AGE = Duration.ofMinutes(1);

    private final Memory memory;
    private final MemoryJournal journal;
    private final Datasets datasets;
    private final RecordLedger ledger;
    private final boolean announces;
    private final Clock clock;
    private final MemoryViews views;

    /**
     * @param announces whether an event that is read again may belong to another account then, as where Zoho is asked for
     *     it. A process that dies after it has added a document would leave one that nobody looks for; so the directory
     *     says beforehand where that may be
     */
    public RecordSync(
            Memory memory,
            MemoryJournal journal,
            Datasets datasets,
            RecordLedger ledger,
            boolean announces,
            Clock clock) {
        this.memory = memory;
        this.journal = journal;
        this.datasets = datasets;
        this.ledger = ledger;
        this.announces = announces;
        this.clock = clock;
        this.views = new MemoryViews(memory, clock);
    }

    /**
     * What was done in memory, and what is left to be written down of it.
     *
     * @param notes blocks until all is written; the event must not count as done before, whatever its outcome
     */
    public record Applied(Outcome outcome, Runnable notes) {}

    /**
     * Applies one event.
     *
     * @param listedSince what memory was seen to hold before then does not count: who replays events may have emptied it
     * @param ours asked before memory is changed: false where another instance does the event
     */
    public Applied apply(WebhookEvent event, Instant listedSince, BooleanSupplier ours) {
        Instant aged = clock.instant().minus(MAX_VIEW_AGE);
        Instant oldest = aged.isAfter(listedSince) ? aged : listedSince;
        affected(event).forEach(dataset -> views.expire(dataset, oldest));
        Change change = new Change(event, ours);
        return new Applied(change.make(), change::writeDown);
    }

    /** The datasets that an event may change: the record's, and the one it was in before. */
    public Set<String> affected(WebhookEvent event) {
        Set<String> affected = new LinkedHashSet<>();
        affected.add(datasets.of(event.accountId()));
        if (event.known() != null && event.known().dataset() != null) {
            affected.add(event.known().dataset());
        }
        // The event may have been routed before our last move of the record was in the directory.
        affected.addAll(ledger.datasets(event.recordId()));
        return affected;
    }

    /** To be called when partitions come or go. */
    public void forgetAll() {
        views.forgetAll();
    }

    /** Between two steps of an event its partition was taken away. */
    private static final class NotOursException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** What one event changes in memory, and the notes of it. */
    private final class Change {
        private final WebhookEvent event;
        private final BooleanSupplier ours;
        private final Instant at;
        private final String name;
        private final List<Runnable> notes = new ArrayList<>();

        Change(WebhookEvent event, BooleanSupplier ours) {
            this.event = event;
            this.ours = ours;
            this.at = event.timestamp();
            this.name = event.module() + "_" + event.recordId();
        }

        Outcome make() {
            try {
                Set<String> newer = datasetsWithNewer();
                if (!newer.isEmpty() || ledger.isNewer(event.recordId(), at)) {
                    removeLeftBehind(newer);
                    return Outcome.Done.STALE;
                }
                return event.eventType() == EventType.DELETE ? remove() : write();
            } catch (NotOursException e) {
                return new Outcome.Abandoned();
            } catch (MemoryException e) {
                affected(event).forEach(views::doubt);
                return new Outcome.Failed(
                        e.failure(), e.getMessage(), e.getClass().getName());
            } catch (RuntimeException | Error e) {
                // Nobody knows how far it came.
                affected(event).forEach(views::doubt);
                throw e;
            }
        }

        void writeDown() {
            try {
                notes.forEach(Runnable::run);
            } catch (RuntimeException e) {
                // The document must be found as a stranger's, whose notes may be missing.
                affected(event).forEach(views::forget);
                throw e;
            }
        }

        private Outcome write() {
            String dataset = datasets.of(event.accountId());
            NewDocument document = DocumentWriter.write(event, at);
            MemoryViews.View view = views.of(dataset);
            List<MemoryViews.Held> held = view.of(name);
            boolean moved = removeElsewhere(dataset);
            if (held.size() == 1 && isSame(held.get(0), document)) {
                String dataId = held.get(0).document().dataId();
                boolean unnoted = moved || mayBeUnnoted(held.get(0));
                if (unnoted) {
                    dirty(dataset);
                    touched();
                }
                if (unnoted || !ledger.shows(event.recordId(), at)) {
                    // Also where only the time is new: an event from between the two states must not win later.
                    note(dataset, dataId, document);
                }
                view.put(new StoredDocument(dataId, name, document.metadata()));
                return Outcome.Done.UNCHANGED;
            }
            held.forEach(row -> memory().delete(dataset, row.document().dataId()));
            view.remove(name);
            announce(dataset);
            String dataId = memory().add(dataset, document);
            view.put(new StoredDocument(dataId, name, document.metadata()));
            dirty(dataset);
            touched();
            note(dataset, dataId, document);
            return held.isEmpty() && !moved ? Outcome.Done.ADDED : Outcome.Done.REPLACED;
        }

        private Outcome remove() {
            boolean found = false;
            boolean wasThere =
                    event.known() != null || !ledger.datasets(event.recordId()).isEmpty();
            for (String dataset : affected(event)) {
                found |= removeFrom(dataset);
            }
            if (event.module().equals("Accounts")) {
                removeDataset(datasets.of(event.recordId()));
            }
            if (found || wasThere) {
                touched();
            }
            notes.add(() -> journal.deleted(event.recordId(), at));
            ledger.deleted(event.recordId(), at);
            return found ? Outcome.Done.REMOVED : Outcome.Done.ABSENT;
        }

        private void removeDataset(String dataset) {
            // Others may have written to it since it was listed.
            views.forget(dataset);
            List<StoredDocument> others = views.of(dataset).others(name);
            if (!others.isEmpty()) {
                // Before, not after: if the process dies in between, nobody could tell any more what was there.
                journal.leftBehind(event, others);
            }
            memory().deleteDataset(dataset);
            views.forget(dataset);
        }

        private void announce(String dataset) {
            boolean known =
                    event.known() != null && dataset.equals(event.known().dataset());
            if (announces && !known && !ledger.datasets(event.recordId()).contains(dataset)) {
                journal.directory(
                        event.recordId(),
                        DirectoryEntry.announcing(
                                event.module(), event.accountId(), dataset, ledger.asOf(event.recordId())));
            }
            ledger.trying(event.recordId(), dataset);
        }

        /** To change something in it. */
        private Memory memory() {
            if (!ours.getAsBoolean()) {
                throw new NotOursException();
            }
            return memory;
        }

        /** Where memory shows the record later than the event: perhaps in the account that it has moved to since. */
        private Set<String> datasetsWithNewer() {
            return affected(event).stream()
                    .filter(dataset -> views.of(dataset).of(name).stream().anyMatch(row -> isNewer(row, at)))
                    .collect(Collectors.toSet());
        }

        /**
         * A stale event may have been tried before, in an account that the record has left since, and its document added
         * there though the answer was lost. Nobody else knows of that document.
         */
        private void removeLeftBehind(Set<String> newer) {
            Set<String> current = newer.isEmpty() ? ledger.datasets(event.recordId()) : newer;
            for (String dataset : affected(event)) {
                if (!current.contains(dataset)) {
                    removeFrom(dataset);
                }
            }
        }

        private boolean removeElsewhere(String dataset) {
            boolean removed = false;
            for (String other : affected(event)) {
                if (!other.equals(dataset)) {
                    removed |= removeFrom(other);
                }
            }
            return removed;
        }

        private boolean removeFrom(String dataset) {
            List<MemoryViews.Held> held = views.of(dataset).of(name);
            if (held.isEmpty()) {
                return false;
            }
            held.forEach(row -> memory().delete(dataset, row.document().dataId()));
            views.of(dataset).remove(name);
            dirty(dataset);
            return true;
        }

        /**
         * A document found with the very text we would write may be one that a crash cut off from its notes. The directory
         * is written last: an event that knows this very document from there needs no second note.
         */
        private boolean mayBeUnnoted(MemoryViews.Held row) {
            boolean inDirectory = event.known() != null
                    && row.document().dataId().equals(event.known().dataId());
            return row.listed() && !inDirectory;
        }

        private void dirty(String dataset) {
            CognifyRequest request = new CognifyRequest(dataset, event.urgent(), clock.instant());
            notes.add(() -> journal.dirty(request));
        }

        /** Before the directory, which is where a change counts as noted. */
        private void touched() {
            Set<String> accounts = new LinkedHashSet<>();
            accounts.add(event.accountId());
            accounts.add(event.known() == null ? null : event.known().accountId());
            accounts.remove(null);
            notes.add(() -> journal.touched(event, accounts));
        }

        private void note(String dataset, String dataId, NewDocument document) {
            DirectoryEntry entry = new DirectoryEntry(
                    event.module(),
                    event.accountId(),
                    dataset,
                    dataId,
                    document.metadata().contentSha256(),
                    document.metadata().eventTime());
            notes.add(() -> journal.directory(event.recordId(), entry));
            ledger.written(event.recordId(), dataset, at);
        }
    }

    private static boolean isNewer(MemoryViews.Held row, Instant at) {
        return row.document().metadata() != null
                && row.document().metadata().eventTime().isAfter(at);
    }

    private static boolean isSame(MemoryViews.Held row, NewDocument document) {
        return row.document().metadata() != null
                && document.metadata()
                        .contentSha256()
                        .equals(row.document().metadata().contentSha256());
    }
}
