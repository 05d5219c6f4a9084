package io.webhookmemory.sink.source;

import io.webhookmemory.zoho.Lookup;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * Reads records many at a time: whoever needs one first takes along others of its module that were announced. What was
 * read before an announcement does not answer it. Thread-safe.
 */
final class BatchedReader {
    /** What Zoho gives in one call. */
    private static final int MAX_IDS = 50;

    private final BiFunction<String, Collection<String>, Map<String, Lookup>> reading;
    private final Map<String, Object> turns = new ConcurrentHashMap<>();
    private final Map<Key, Entry> entries = new HashMap<>();

    private record Key(String module, String id) {}

    private static final class Entry {
        private int announced;
        private long version;
        private Lookup found;
    }

    /** @param reading reads records of a module by their ids */
    BatchedReader(BiFunction<String, Collection<String>, Map<String, Lookup>> reading) {
        this.reading = reading;
    }

    synchronized void announce(String module, String id) {
        Entry entry = entries.computeIfAbsent(new Key(module, id), key -> new Entry());
        entry.announced++;
        entry.version++;
        entry.found = null;
    }

    synchronized void forget(String module, String id) {
        entries.computeIfPresent(new Key(module, id), (key, entry) -> --entry.announced == 0 ? null : entry);
    }

    /** What there is of the record, read after it was last announced. */
    Lookup read(String module, String id) {
        Key key = new Key(module, id);
        // One call of a module at a time: what is needed meanwhile goes together in the next.
        synchronized (turns.computeIfAbsent(module, name -> new Object())) {
            Lookup known = known(key);
            if (known != null) {
                return known;
            }
            Map<Key, Long> asked = batch(key);
            Set<String> ids = new LinkedHashSet<>();
            asked.keySet().forEach(one -> ids.add(one.id()));
            Map<String, Lookup> found = reading.apply(module, ids);
            keep(asked, found);
            return found.get(id);
        }
    }

    private synchronized Lookup known(Key key) {
        Entry entry = entries.get(key);
        return entry == null ? null : entry.found;
    }

    private synchronized Map<Key, Long> batch(Key first) {
        Map<Key, Long> batch = new java.util.LinkedHashMap<>();
        batch.put(first, version(first));
        entries.entrySet().stream()
                .filter(other -> other.getKey().module().equals(first.module()) && other.getValue().found == null)
                .limit(MAX_IDS - 1L)
                .forEach(other -> batch.put(other.getKey(), other.getValue().version));
        return batch;
    }

    private long version(Key key) {
        Entry entry = entries.get(key);
        return entry == null ? 0 : entry.version;
    }

    private synchronized void keep(Map<Key, Long> asked, Map<String, Lookup> found) {
        asked.forEach((key, version) -> {
            Entry entry = entries.get(key);
            if (entry != null && entry.version == version) {
                entry.found = found.get(key.id());
            }
        });
    }
}
