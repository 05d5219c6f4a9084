package io.webhookmemory.testkit.cognee;

import io.webhookmemory.testkit.cognee.CogneeDouble.Document;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One dataset. Its id derives from its name, so that it has the same id after being deleted and created again. Reading
 * needs no lock; {@link #locked} serializes adding, deleting and building the graph, like Cognee's lock of the dataset.
 */
final class Dataset {
    private final UUID id;
    private final String name;
    private final Instant createdAt = Instant.now();
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Map<String, Document> documents = new HashMap<>();
    /** By place: the later a document was added, the smaller the number. */
    private final NavigableMap<Long, Document> newestFirst = new TreeMap<>();

    private final Map<String, Long> places = new HashMap<>();
    private long latest;
    private final Map<String, Set<Document>> byText = new HashMap<>();
    private final Map<String, Set<Document>> byName = new HashMap<>();
    private final Set<String> built = new HashSet<>();
    private boolean deleted;

    Dataset(String name) {
        this.id = idOf(name);
        this.name = name;
    }

    static UUID idOf(String name) {
        return UUID.nameUUIDFromBytes(("owner|" + name).getBytes(StandardCharsets.UTF_8));
    }

    /** Does the work under the lock; empty if the dataset was deleted while waiting for it. */
    <T> Optional<T> locked(Supplier<T> work) {
        lock.lock();
        try {
            return deleted ? Optional.empty() : Optional.of(work.get());
        } finally {
            lock.unlock();
        }
    }

    /** Call with the lock held. */
    void markDeleted() {
        deleted = true;
    }

    UUID id() {
        return id;
    }

    String name() {
        return name;
    }

    Instant createdAt() {
        return createdAt;
    }

    /** In no order. */
    synchronized List<Document> documents() {
        return List.copyOf(documents.values());
    }

    /** In the order of 1.5 and 1.6.0: the largest first. */
    synchronized List<Document> largestFirst() {
        return documents.values().stream()
                .sorted(Comparator.comparingInt(
                                (Document document) -> -document.text().length())
                        .thenComparing(Document::dataId))
                .toList();
    }

    /** In the order of 1.6.1 and later: the newest first. */
    synchronized List<Document> newestFirst(Paging page) {
        return newestFirst.values().stream()
                .skip(page.offset())
                .limit(page.limit())
                .toList();
    }

    synchronized int count() {
        return documents.size();
    }

    /** Any of the documents with this text, always the same one. */
    synchronized Optional<Document> withText(String text) {
        return byText.getOrDefault(text, Set.of()).stream().findFirst();
    }

    synchronized Set<Document> named(String documentName) {
        return Set.copyOf(byName.getOrDefault(documentName, Set.of()));
    }

    /** Whether building the graph needs the LLM. */
    synchronized boolean hasUnbuilt() {
        return !built.containsAll(documents.keySet());
    }

    /**
     * Builds the graph of documents that it does not contain yet; returns every document, and whether the graph
     * contained it.
     */
    synchronized List<Store.Added> build() {
        return documents.keySet().stream()
                .map(dataId -> new Store.Added(dataId, !built.add(dataId)))
                .toList();
    }

    synchronized void put(Document document) {
        documents.put(document.dataId(), document);
        byText.computeIfAbsent(document.text(), text -> new LinkedHashSet<>()).add(document);
        byName.computeIfAbsent(document.name(), name -> new LinkedHashSet<>()).add(document);
        newestFirst.put(--latest, document);
        places.put(document.dataId(), latest);
    }

    synchronized void remove(String dataId) {
        Document document = documents.remove(dataId);
        if (document == null) {
            return;
        }
        newestFirst.remove(places.remove(dataId));
        built.remove(dataId);
        removeFrom(byText, document.text(), document);
        removeFrom(byName, document.name(), document);
    }

    private static void removeFrom(Map<String, Set<Document>> index, String key, Document document) {
        index.computeIfPresent(key, (same, others) -> {
            others.remove(document);
            return others.isEmpty() ? null : others;
        });
    }
}
