package io.webhookmemory.sink.sync;

import io.webhookmemory.sink.cognee.Memory;
import io.webhookmemory.sink.cognee.StoredDocument;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What memory holds, dataset by dataset, as last listed and changed since by this process. Cognee's listing is the
 * authority; it is asked at a dataset's first touch, again after any call whose outcome is unknown, and when what it said
 * is too old. In the first two cases a change may still be under way that was given up, by a process before this one or by
 * a call that timed out: the dataset is settled first. Bounded: the longest untouched datasets are forgotten. Thread-safe;
 * one dataset is used by one event at a time, which the lanes see to.
 */
final class MemoryViews {
    private static final int MAX_DATASETS = 1_000;
    /** Names only. */
    private static final int MAX_SETTLED = 100_000;
    /** Some 300 bytes each. A single dataset may be larger. */
    private static final int MAX_DOCUMENTS = 100_000;

    private final Memory memory;
    private final Clock clock;
    private final int maxDocuments;
    private final Map<String, View> views = new LinkedHashMap<>(16, 0.75f, true);
    /** Datasets in which nothing is under way that this process does not wait for. */
    private final Set<String> settled = new HashSet<>();

    private long generation;

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
        long before;
        boolean isSettled;
        synchronized (views) {
            before = generation;
            isSettled = settled.contains(dataset);
        }
        View listed = new View(clock.instant(), isSettled ? memory.list(dataset) : memory.listSettled(dataset));
        synchronized (views) {
            if (generation == before) {
                settled.add(dataset);
                views.put(dataset, listed);
                forgetEldest();
            }
        }
        return listed;
    }

    private void forgetEldest() {
        if (settled.size() > MAX_SETTLED) {
            settled.retainAll(views.keySet());
        }
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

    /** Has the dataset listed again at its next use. */
    void forget(String dataset) {
        synchronized (views) {
            views.remove(dataset);
        }
    }

    /** To be called where a call may have taken effect, or not, or may yet do so. */
    void doubt(String dataset) {
        synchronized (views) {
            views.remove(dataset);
            settled.remove(dataset);
        }
    }

    /** To be called when partitions come or go: another instance may have written since, or be about to. */
    void forgetAll() {
        synchronized (views) {
            views.clear();
            settled.clear();
            generation++;
        }
    }
}
