package io.webhookmemory.sink.sync;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When records were deleted, so that an older event that comes late, from a retry topic say, does not bring one back.
 * Bounded: the oldest are forgotten. Thread-safe.
 */
public final class Tombstones {
    private static final int MAX_RECORDS = 100_000;

    private final Map<String, Instant> deletedAt = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MAX_RECORDS;
        }
    };

    public synchronized void put(String recordId, Instant at) {
        deletedAt.merge(recordId, at, (known, other) -> other.isAfter(known) ? other : known);
    }

    public synchronized void remove(String recordId) {
        deletedAt.remove(recordId);
    }

    /** Whether the record was deleted after the given time. */
    synchronized boolean isAfter(String recordId, Instant time) {
        Instant deletion = deletedAt.get(recordId);
        return deletion != null && deletion.isAfter(time);
    }
}
