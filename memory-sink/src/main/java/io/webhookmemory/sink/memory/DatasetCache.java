package io.webhookmemory.sink.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.webhookmemory.sink.cognee.Memory;
import io.webhookmemory.sink.cognee.StoredDocument;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Caches what memory holds, for the few events that have to search it: one listing per dataset and assignment, updated
 * with this process's own changes, as long as nothing else can have changed the records of this process. Bounded.
 * Thread-safe; one event at a time searches a dataset.
 */
final class DatasetCache {
    private static final int MAX_DOCUMENTS = 100_000;
    /** Large enough to keep a large listing. */
    private static final int MAX_WEIGHT = MAX_DOCUMENTS / 4;
    /** Names only. */
    private static final int MAX_SETTLED = 100_000;

    private final Memory memory;
    private final Clock clock;
    private final Cache<String, Listing> listings;
    /** Datasets in which no call is in progress, except those that this process waits for. */
    private final Cache<String, Boolean> settled;

    private long generation;

    DatasetCache(Memory memory, Clock clock) {
        this.memory = memory;
        this.clock = clock;
        this.listings = Caffeine.newBuilder()
                .maximumWeight(MAX_DOCUMENTS)
                .weigher((String dataset, Listing listing) -> Math.min(MAX_WEIGHT, 1 + listing.size()))
                .executor(Runnable::run)
                .build();
        this.settled = Caffeine.newBuilder()
                .maximumSize(MAX_SETTLED)
                .executor(Runnable::run)
                .build();
    }

    /** One dataset's documents by name. */
    private static final class Listing {
        private final Instant listedAt;
        private final Map<String, List<StoredDocument>> byName = new HashMap<>();

        Listing(Instant listedAt, List<StoredDocument> documents) {
            this.listedAt = listedAt;
            documents.forEach(this::add);
        }

        private synchronized int size() {
            return byName.size();
        }

        private synchronized List<StoredDocument> named(String name) {
            return List.copyOf(byName.getOrDefault(name, List.of()));
        }

        private synchronized void add(StoredDocument document) {
            List<StoredDocument> same = byName.computeIfAbsent(document.name(), absent -> new ArrayList<>(1));
            same.removeIf(other -> other.dataId().equals(document.dataId()));
            same.add(document);
        }

        private synchronized void remove(String name, String dataId) {
            List<StoredDocument> same = byName.getOrDefault(name, List.of());
            if (!same.isEmpty()) {
                same.removeIf(document -> document.dataId().equals(dataId));
            }
        }
    }

    /** Waits until no earlier call can change the dataset any more; returns at once if that is known. */
    void settle(String dataset) {
        if (settled.getIfPresent(dataset) != null) {
            return;
        }
        long before = generation();
        memory.settle(dataset);
        synchronized (this) {
            if (generation == before) {
                settled.put(dataset, true);
            }
        }
    }

    /**
     * The documents of one record in the dataset.
     *
     * @param name as {@code {Module}_{record_id}}
     * @param notBefore an older listing is not used
     */
    List<StoredDocument> documents(String dataset, String name, Instant notBefore) {
        Listing known = listings.getIfPresent(dataset);
        if (known != null && !known.listedAt.isBefore(notBefore)) {
            return known.named(name);
        }
        long before = generation();
        Listing listing = new Listing(clock.instant(), memory.list(dataset));
        synchronized (this) {
            if (generation == before) {
                listings.put(dataset, listing);
            }
        }
        return listing.named(name);
    }

    private synchronized long generation() {
        return generation;
    }

    /** Call after an own add. */
    void added(String dataset, StoredDocument document) {
        Listing listing = listings.getIfPresent(dataset);
        if (listing != null) {
            listing.add(document);
        }
    }

    /** Call after an own deletion. */
    void removed(String dataset, String name, String dataId) {
        Listing listing = listings.getIfPresent(dataset);
        if (listing != null) {
            listing.remove(name, dataId);
        }
    }

    /** Call if it is unknown whether a call took effect or will still do so. */
    void doubt(String dataset) {
        listings.invalidate(dataset);
        settled.invalidate(dataset);
    }

    /** Call when the assignment changes: another process may have made changes, or may be about to. */
    synchronized void dropAll() {
        generation++;
        listings.invalidateAll();
        settled.invalidateAll();
    }
}
