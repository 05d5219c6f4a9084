package io.webhookmemory.sink.source;

import io.webhookmemory.zoho.api.Lookup;
import io.webhookmemory.zoho.api.ZohoException;
import io.webhookmemory.zoho.api.ZohoFailure;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * Reads many records per call: a read of one record includes others of its module that were announced. A result that
 * was read before an announcement is not used for it. If a call for many records fails in a way that one record may
 * cause, they are read one by one. Thread-safe.
 */
final class BatchedReader {
    /** Zoho's limit of records per call. */
    private static final int MAX_IDS = 50;

    private final BiFunction<String, Collection<String>, Map<String, Lookup>> reading;
    private final Map<String, Object> callLocks = new ConcurrentHashMap<>();
    private final Map<Key, Entry> entries = new HashMap<>();

    private record Key(String module, String id) {}

    private static final class Entry {
        private int announced;
        private long version;
        private boolean alone;
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

    /** The record, read after its last announcement. */
    Lookup read(String module, String id) {
        Key key = new Key(module, id);
        // One call per module at a time: records requested meanwhile go together in the next call.
        synchronized (callLocks.computeIfAbsent(module, name -> new Object())) {
            Lookup known = known(key);
            if (known != null) {
                return known;
            }
            Map<Key, Long> asked = batch(key);
            try {
                return read(key, asked);
            } catch (ZohoException e) {
                if (asked.size() == 1 || !mayBeForOneRecord(e.failure())) {
                    throw e;
                }
                Lookup found = read(key, Map.of(key, asked.get(key)));
                // One of the other records may have caused the failure; read each separately, so that they do not all
                // fail.
                separate(asked.keySet());
                return found;
            }
        }
    }

    private Lookup read(Key key, Map<Key, Long> asked) {
        Set<String> ids = new LinkedHashSet<>();
        asked.keySet().forEach(one -> ids.add(one.id()));
        Map<String, Lookup> found = reading.apply(key.module(), ids);
        keep(asked, found);
        return found.get(key.id());
    }

    private static boolean mayBeForOneRecord(ZohoFailure failure) {
        return failure instanceof ZohoFailure.Transient && !failure.reason().equals("zoho_throttled");
    }

    private synchronized void separate(Collection<Key> keys) {
        keys.forEach(key -> entries.computeIfPresent(key, (same, entry) -> {
            entry.alone = true;
            return entry;
        }));
    }

    private synchronized Lookup known(Key key) {
        Entry entry = entries.get(key);
        return entry == null ? null : entry.found;
    }

    private synchronized Map<Key, Long> batch(Key first) {
        Map<Key, Long> batch = new LinkedHashMap<>();
        batch.put(first, version(first));
        if (entries.containsKey(first) && entries.get(first).alone) {
            return batch;
        }
        entries.entrySet().stream()
                .filter(other -> other.getKey().module().equals(first.module())
                        && other.getValue().found == null
                        && !other.getValue().alone)
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
