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
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings memory to the state that an event shows. Every step can be repeated: whatever moment the process dies at, doing
 * the event again ends in one current document.
 *
 * <p>Old out, new in, in that order: Cognee drops the facts of a document that is deleted after a newer one asserted
 * them too. The caller sees to it that no two events of one dataset, or of one record, are applied at once.
 */
public final class RecordSync {
    private final Memory memory;
    private final MemoryJournal journal;
    private final Datasets datasets;
    private final Clock clock;
    private final MemoryViews views;
    private final Tombstones tombstones;
    private final LastDataset lastDataset = new LastDataset();

    public RecordSync(Memory memory, MemoryJournal journal, Datasets datasets, Tombstones tombstones, Clock clock) {
        this.memory = memory;
        this.journal = journal;
        this.datasets = datasets;
        this.tombstones = tombstones;
        this.clock = clock;
        this.views = new MemoryViews(memory);
    }

    public Outcome apply(WebhookEvent event) {
        try {
            Instant at = event.timestamp();
            if (tombstones.isAfter(event.recordId(), at)) {
                return Outcome.Done.STALE;
            }
            return event.eventType() == EventType.DELETE ? remove(event, at) : write(event, at);
        } catch (MemoryException e) {
            affected(event).forEach(views::forget);
            return new Outcome.Failed(e.failure(), e.getMessage(), e.getClass().getName());
        } catch (RuntimeException e) {
            // Perhaps after the document was written and before that was noted: it must be found as a stranger's.
            affected(event).forEach(views::forget);
            throw e;
        }
    }

    /** The datasets that an event may change: the record's, and the one it was in before. */
    public Set<String> affected(WebhookEvent event) {
        Set<String> affected = new LinkedHashSet<>();
        affected.add(datasets.of(event.accountId()));
        if (event.known() != null && event.known().dataset() != null) {
            affected.add(event.known().dataset());
        }
        // The event may have been routed before our last move of the record was in the directory.
        lastDataset.get(event.recordId()).ifPresent(affected::add);
        return affected;
    }

    /** To be called when partitions come or go. */
    public void forgetAll() {
        views.forgetAll();
    }

    private Outcome write(WebhookEvent event, Instant at) {
        String dataset = datasets.of(event.accountId());
        NewDocument document = DocumentWriter.write(event, at);
        String name = name(event);
        MemoryViews.View view = views.of(dataset);
        List<MemoryViews.Held> held = view.of(name);
        // Wherever it is: a late event of the record's old account must not undo its move to the new one.
        if (affected(event).stream()
                .flatMap(each -> views.of(each).of(name).stream())
                .anyMatch(row -> isNewer(row, at))) {
            return Outcome.Done.STALE;
        }
        boolean moved = removeElsewhere(event, dataset);
        if (held.size() == 1 && isSame(held.get(0), document)) {
            String dataId = held.get(0).document().dataId();
            if (moved || mayBeUnnoted(held.get(0), event, document)) {
                note(event, dataset, dataId, document);
            }
            remember(view, name, dataId, document);
            return Outcome.Done.UNCHANGED;
        }
        held.forEach(row -> memory.delete(dataset, row.document().dataId()));
        view.remove(name);
        lastDataset.put(event.recordId(), dataset);
        String dataId = memory.add(dataset, document);
        remember(view, name, dataId, document);
        tombstones.remove(event.recordId());
        note(event, dataset, dataId, document);
        return held.isEmpty() && !moved ? Outcome.Done.ADDED : Outcome.Done.REPLACED;
    }

    private Outcome remove(WebhookEvent event, Instant at) {
        boolean found = false;
        for (String dataset : affected(event)) {
            List<MemoryViews.Held> held = views.of(dataset).of(name(event));
            if (held.stream().anyMatch(row -> isNewer(row, at))) {
                return Outcome.Done.STALE;
            }
            found |= removeFrom(dataset, event, held);
        }
        if (event.module().equals("Accounts")) {
            String dataset = datasets.of(event.recordId());
            memory.deleteDataset(dataset);
            views.forget(dataset);
        }
        tombstones.put(event.recordId(), at);
        journal.deleted(event.recordId(), at);
        return found ? Outcome.Done.REMOVED : Outcome.Done.ABSENT;
    }

    private boolean removeElsewhere(WebhookEvent event, String dataset) {
        boolean removed = false;
        for (String other : affected(event)) {
            if (!other.equals(dataset)) {
                removed |= removeFrom(other, event, views.of(other).of(name(event)));
            }
        }
        return removed;
    }

    private boolean removeFrom(String dataset, WebhookEvent event, List<MemoryViews.Held> held) {
        if (held.isEmpty()) {
            return false;
        }
        held.forEach(row -> memory.delete(dataset, row.document().dataId()));
        views.of(dataset).remove(name(event));
        journal.dirty(new CognifyRequest(dataset, event.urgent(), clock.instant()));
        return true;
    }

    /**
     * A document found with the very text we would write may be one that a crash cut off from its notes. The directory
     * is written last: an event that knows the document from there needs no second note.
     */
    private static boolean mayBeUnnoted(MemoryViews.Held row, WebhookEvent event, NewDocument document) {
        boolean inDirectory = event.known() != null
                && document.metadata().contentSha256().equals(event.known().contentSha256());
        return row.listed() && !inDirectory;
    }

    private void note(WebhookEvent event, String dataset, String dataId, NewDocument document) {
        journal.dirty(new CognifyRequest(dataset, event.urgent(), clock.instant()));
        journal.directory(
                event.recordId(),
                new DirectoryEntry(
                        event.module(),
                        event.accountId(),
                        dataset,
                        dataId,
                        document.metadata().contentSha256(),
                        document.metadata().eventTime()));
    }

    private static void remember(MemoryViews.View view, String name, String dataId, NewDocument document) {
        view.put(new StoredDocument(dataId, name, document.metadata()));
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

    private static String name(WebhookEvent event) {
        return event.module() + "_" + event.recordId();
    }
}
