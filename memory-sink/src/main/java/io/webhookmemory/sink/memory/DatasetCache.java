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
 * What memory holds, for the few events that have to search it: one listing for each dataset and takeover, kept up to date by
 * this process's own changes, for as long as nothing else can have changed the records of this process. Bounded.
 * Thread-safe; one dataset is searched by one event at a time.
 */
final class DatasetCache {
    private static final int MAX_DOCUMENTS = 100_000;
    /** A large listing is kept too. */
    private static final int MAX_WEIGHT = MAX_DOCUMENTS / 4;
    /** Names only. */
    private static final int MAX_SETTLED = 100_000;

    private final Memory memory;
    private final Clock clock;
    private final Cache<String, Listing> listings;
    /** Datasets in which no call is under way that this process does not wait for. */
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

    /** Waits until no earlier call can change the dataset any more, unless that is so already. */
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
     * @param notBefore an older listing does not count
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

    /** To be called after an own add. */
    void added(String dataset, StoredDocument document) {
        Listing listing = listings.getIfPresent(dataset);
        if (listing != null) {
            listing.add(document);
        }
    }

    /** To be called after an own deletion. */
    void removed(String dataset, String name, String dataId) {
        Listing listing = listings.getIfPresent(dataset);
        if (listing != null) {
            listing.remove(name, dataId);
        }
    }

    /** To be called where a call may have taken effect, or not, or may still do so. */
    void doubt(String dataset) {
        listings.invalidate(dataset);
        settled.invalidate(dataset);
    }

    /** To be called when partitions come or go: another process may have made changes since, or may be about to. */
    synchronized void dropAll() {
        generation++;
        listings.invalidateAll();
        settled.invalidateAll();
    }
}
