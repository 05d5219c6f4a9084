package io.webhookmemory.sink.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.webhookmemory.sink.cognee.Memory;
import io.webhookmemory.sink.cognee.StoredDocument;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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

    /** One dataset's documents by record. */
    private static final class Listing {
        private final Instant listedAt;
        private final Map<String, List<StoredDocument>> byRecord = new HashMap<>();

        Listing(Instant listedAt, List<StoredDocument> documents) {
            this.listedAt = listedAt;
            documents.forEach(this::add);
        }

        private synchronized int size() {
            return byRecord.size();
        }

        private synchronized List<StoredDocument> of(WebhookEvent event) {
            return keys(event)
                    .flatMap(key -> byRecord.getOrDefault(key, List.of()).stream())
                    .toList();
        }

        private synchronized void add(StoredDocument document) {
            String key = document.metadata() == null
                    ? document.name()
                    : document.metadata().recordId();
            List<StoredDocument> same = byRecord.computeIfAbsent(key, absent -> new ArrayList<>(1));
            same.removeIf(other -> other.dataId().equals(document.dataId()));
            same.add(document);
        }

        private synchronized void remove(WebhookEvent event, String dataId) {
            keys(event)
                    .forEach(key -> byRecord.computeIfPresent(key, (same, documents) -> {
                        documents.removeIf(document -> document.dataId().equals(dataId));
                        return documents;
                    }));
        }

        /** A document may have been written for another module; its name counts only if it lost its metadata. */
        private static Stream<String> keys(WebhookEvent event) {
            return Stream.of(event.recordId(), event.module() + "_" + event.recordId());
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
     * The documents of an event's record in the dataset.
     *
     * @param notBefore an older listing is not used
     */
    List<StoredDocument> documents(String dataset, WebhookEvent event, Instant notBefore) {
        Listing known = listings.getIfPresent(dataset);
        if (known != null && !known.listedAt.isBefore(notBefore)) {
            return known.of(event);
        }
        long before = generation();
        Listing listing = new Listing(clock.instant(), memory.list(dataset));
        synchronized (this) {
            if (generation == before) {
                listings.put(dataset, listing);
            }
        }
        return listing.of(event);
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
    void removed(String dataset, WebhookEvent event, String dataId) {
        Listing listing = listings.getIfPresent(dataset);
        if (listing != null) {
            listing.remove(event, dataId);
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
