package io.webhookmemory.sink.memory;

import io.webhookmemory.cognee.AddResult;
import io.webhookmemory.cognee.Failure;
import io.webhookmemory.cognee.MemoryException;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.sink.consume.LeaseLostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Adds new documents; documents for the same dataset go in one call. Thread-safe. */
final class Adds {
    /**
     * Failures of calls without a response: the call may still take effect, and its failure says nothing about the
     * documents.
     */
    private static final Set<String> NO_RESPONSE = Set.of(Failure.TIMEOUT, "connection_lost");
    /** In addition to one for each document: memory may name the conflicting documents one by one. */
    private static final int SPARE_CONFLICTS = 2;

    private final Documents documents;
    private final Endings endings;

    Adds(Documents documents, Endings endings) {
        this.documents = documents;
        this.endings = endings;
    }

    /**
     * Adds the document of an unsettled record, alone: a failure in a joint call may have been caused by another
     * document. A process that was frozen while it deleted a document may still delete it; therefore a text that may
     * already be there is deleted and added again, under an id that only this process knows.
     */
    void addFresh(ReadyWrite ready) {
        if (documents.namesConflicts()) {
            String dataset = ready.write().dataset();
            new Batch(dataset, List.of(ready))
                    .add()
                    .ifPresent(dataIds -> endings.guard(
                            ready.attempt(), () -> documents.deleteAgain(ready.attempt(), dataset, dataIds.get(0))));
        }
        addTogether(ready.write().dataset(), List.of(ready));
    }

    /** Adds documents of different records to one dataset; a failure of one does not fail the others. */
    void addTogether(String dataset, List<ReadyWrite> ready) {
        Batch batch = new Batch(dataset, ready);
        batch.add().ifPresent(dataIds -> {
            for (int i = 0; i < batch.open.size(); i++) {
                endings.written(batch.open.get(i), dataIds.get(i));
            }
        });
    }

    /** One call, repeated until memory takes the documents. */
    private final class Batch {
        private final String dataset;
        private List<ReadyWrite> open;
        private int conflictsLeft;

        Batch(String dataset, List<ReadyWrite> ready) {
            this.dataset = dataset;
            this.open = ready;
            this.conflictsLeft = ready.size() + SPARE_CONFLICTS;
        }

        /** One id for each write that is still open; empty if all have ended. */
        Optional<List<String>> add() {
            try {
                while (require()) {
                    AddResult result = documents.add(attempts(), dataset, newDocuments());
                    if (result instanceof AddResult.Added added) {
                        return Optional.of(added.dataIds());
                    }
                    if (result instanceof AddResult.Conflict conflict && !resolve(conflict)) {
                        break;
                    }
                }
            } catch (MemoryException e) {
                failed(e);
            }
            return Optional.empty();
        }

        private List<Attempt> attempts() {
            return open.stream().map(ReadyWrite::attempt).toList();
        }

        private List<NewDocument> newDocuments() {
            return open.stream().map(ready -> ready.write().document()).toList();
        }

        /** Checks every lease; writes without a lease end, the others continue. */
        private boolean require() {
            List<ReadyWrite> owned = new ArrayList<>();
            for (ReadyWrite ready : open) {
                try {
                    if (ready.attempt().isOpen()) {
                        ready.attempt().require();
                        owned.add(ready);
                    }
                } catch (LeaseLostException e) {
                    endings.abandoned(ready.attempt());
                }
            }
            open = owned;
            return !open.isEmpty();
        }

        private boolean resolve(AddResult.Conflict conflict) {
            if (conflictsLeft-- == 0) {
                Failure failure = new Failure.Transient("conflict", Optional.empty());
                open.forEach(ready -> endings.failed(
                        ready.attempt(), Attempt.failed(failure, "other documents conflict again and again")));
                return false;
            }
            for (String dataId : conflict.dataIds()) {
                if (!require()) {
                    return false;
                }
                documents.deleteConflicting(attempts(), dataset, dataId);
            }
            return true;
        }

        private void failed(MemoryException e) {
            if (open.size() == 1 || !blamesDocuments(e.failure())) {
                attempts().forEach(attempt -> endings.failed(attempt, e));
                return;
            }
            int half = open.size() / 2;
            addTogether(dataset, open.subList(0, half));
            addTogether(dataset, open.subList(half, open.size()));
        }
    }

    private static boolean blamesDocuments(Failure failure) {
        return failure instanceof Failure.Permanent
                || (failure instanceof Failure.Transient passing && !NO_RESPONSE.contains(passing.reason()));
    }
}
