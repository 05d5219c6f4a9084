package io.webhookmemory.sink.memory;

import io.webhookmemory.sink.cognee.AddResult;
import io.webhookmemory.sink.cognee.Memory;
import io.webhookmemory.sink.cognee.MemoryException;
import io.webhookmemory.sink.cognee.NewDocument;
import io.webhookmemory.sink.cognee.StoredDocument;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** Single steps in memory; those that change it require their attempts' leases. Thread-safe. */
final class Documents {
    private final Memory memory;
    private final DatasetCache cache;

    Documents(Memory memory, DatasetCache cache) {
        this.memory = memory;
        this.cache = cache;
    }

    boolean namesConflicts() {
        return memory.namesConflicts();
    }

    static String nameOf(Attempt attempt) {
        return attempt.change().event().module() + "_"
                + attempt.change().event().recordId();
    }

    void settle(String dataset) {
        cache.settle(dataset);
    }

    void doubt(String dataset) {
        cache.doubt(dataset);
    }

    /** The record's documents, from a listing that may be old but includes this process's changes. */
    List<StoredDocument> find(Attempt attempt, String dataset, Instant notBefore) {
        return cache.documents(dataset, attempt.change().event(), notBefore);
    }

    /** All documents of the dataset, at this moment. */
    List<StoredDocument> list(String dataset) {
        return memory.list(dataset);
    }

    void delete(Attempt attempt, String dataset, String dataId) {
        attempt.require();
        changing(List.of(attempt), () -> memory.delete(dataset, dataId));
        cache.removed(dataset, attempt.change().event(), dataId);
        attempt.removed();
        attempt.dirty(dataset);
    }

    void deleteFound(Attempt attempt, String dataset, Instant notBefore) {
        find(attempt, dataset, notBefore).forEach(document -> delete(attempt, dataset, document.dataId()));
    }

    void deleteDataset(Attempt attempt, String dataset) {
        attempt.require();
        changing(List.of(attempt), () -> memory.deleteDataset(dataset));
        cache.doubt(dataset);
    }

    /** Removes what this attempt has just added. */
    void deleteAgain(Attempt attempt, String dataset, String dataId) {
        attempt.require();
        changing(List.of(attempt), () -> memory.delete(dataset, dataId));
        cache.removed(dataset, attempt.change().event(), dataId);
    }

    /** Removes a document that conflicts with a new one of the records; the caller has checked the leases. */
    void deleteConflicting(List<Attempt> attempts, String dataset, String dataId) {
        changing(attempts, () -> memory.delete(dataset, dataId));
        attempts.forEach(attempt -> cache.removed(dataset, attempt.change().event(), dataId));
        if (attempts.size() == 1) {
            attempts.get(0).removed();
        }
    }

    /** The caller has checked the leases. */
    AddResult add(List<Attempt> attempts, String dataset, List<NewDocument> documents) {
        AddResult result = changing(attempts, () -> memory.add(dataset, documents));
        if (result instanceof AddResult.Added added) {
            for (int i = 0; i < documents.size(); i++) {
                NewDocument document = documents.get(i);
                String name =
                        document.fileName().substring(0, document.fileName().lastIndexOf('.'));
                cache.added(dataset, new StoredDocument(added.dataIds().get(i), name, document.metadata()));
            }
        }
        return result;
    }

    private static void changing(List<Attempt> attempts, Runnable call) {
        changing(attempts, () -> {
            call.run();
            return true;
        });
    }

    private static <T> T changing(List<Attempt> attempts, Supplier<T> call) {
        try {
            T result = call.get();
            attempts.forEach(Attempt::called);
            return result;
        } catch (MemoryException e) {
            if (e.wasCalled()) {
                attempts.forEach(Attempt::called);
            }
            throw e;
        }
    }
}
