package io.webhookmemory.sink.sync;

import io.webhookmemory.sink.cognee.Memory;
import io.webhookmemory.sink.cognee.StoredDocument;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What memory holds, dataset by dataset, as last listed and changed since by this process. Cognee's listing is the
 * authority; it is asked at a dataset's first touch, again after any call whose outcome is unknown, and when what it said
 * is too old. Bounded: the longest untouched datasets are forgotten. Thread-safe; one dataset is used by one event at a
 * time, which the lanes see to.
 */
final class MemoryViews {
    private static final int MAX_DATASETS = 1_000;
    /** Some 300 bytes each. A single dataset may be larger. */
    private static final int MAX_DOCUMENTS = 100_000;

    private final Memory memory;
    private final Clock clock;
    private final int maxDocuments;
    private final Map<String, View> views = new LinkedHashMap<>(16, 0.75f, true);

    MemoryViews(Memory memory, Clock clock) {
        this(memory, clock, MAX_DOCUMENTS);
    }

    MemoryViews(Memory memory, Clock clock, int maxDocuments) {
        this.memory = memory;
        this.clock = clock;
        this.maxDocuments = maxDocuments;
    }

    /** One dataset's documents by record. Thread-safe. */
    static final class View {
        private final Instant listedAt;
        private final Map<String, List<Held>> byName;

        private View(Instant listedAt, List<StoredDocument> documents) {
            this.listedAt = listedAt;
            byName = documents.stream()
                    .map(document -> new Held(document, true))
                    .collect(Collectors.groupingBy(
                            held -> held.document().name(), HashMap::new, Collectors.toCollection(ArrayList::new)));
        }

        /** @param name as {@code {Module}_{record_id}} */
        synchronized List<Held> of(String name) {
            return List.copyOf(byName.getOrDefault(name, List.of()));
        }

        /** Every document of other records. */
        synchronized List<StoredDocument> others(String name) {
            return byName.values().stream()
                    .flatMap(List::stream)
                    .map(Held::document)
                    .filter(document -> !document.name().equals(name))
                    .toList();
        }

        /** Notes the one document that this process has written or found current for a record. */
        synchronized void put(StoredDocument document) {
            byName.put(document.name(), List.of(new Held(document, false)));
        }

        synchronized void remove(String name) {
            byName.remove(name);
        }

        private synchronized int size() {
            return byName.size();
        }
    }

    /**
     * A document that memory holds.
     *
     * @param listed whether it was found there rather than written by this process
     */
    record Held(StoredDocument document, boolean listed) {}

    View of(String dataset) {
        View known = cached(dataset);
        if (known != null) {
            return known;
        }
        View listed = new View(clock.instant(), memory.list(dataset));
        synchronized (views) {
            views.put(dataset, listed);
            forgetEldest();
        }
        return listed;
    }

    private void forgetEldest() {
        int documents = views.values().stream().mapToInt(View::size).sum();
        Iterator<View> eldest = views.values().iterator();
        while (views.size() > 1 && (views.size() > MAX_DATASETS || documents > maxDocuments)) {
            documents -= eldest.next().size();
            eldest.remove();
        }
    }

    private View cached(String dataset) {
        synchronized (views) {
            return views.get(dataset);
        }
    }

    /** Has the dataset listed again at its next use if it was last listed before that time. */
    void expire(String dataset, Instant oldest) {
        synchronized (views) {
            views.computeIfPresent(dataset, (name, view) -> view.listedAt.isBefore(oldest) ? null : view);
        }
    }

    /** To be called where a call may or may not have taken effect. */
    void forget(String dataset) {
        synchronized (views) {
            views.remove(dataset);
        }
    }

    /** To be called when partitions come or go: another instance may have written since. */
    void forgetAll() {
        synchronized (views) {
            views.clear();
        }
    }
}
