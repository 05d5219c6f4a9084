package io.webhookmemory.processor.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Expires identities. It scans the store in passes, a bounded number of entries per step, so that a step takes the
 * same short time whatever the size of the store. A second store ordered by time would avoid the scan, but cost every
 * event two more writes.
 *
 * <p>An entry expires when it is old by two clocks. By the wall clock alone, the entries from before an outage would be
 * gone before their duplicates are read after it; by the events' clock alone, the entry of an event that arrives hours
 * late would be gone at once. A second time to live is for duplicates that arrive late.
 */
final class SeenExpiry {
    static final Duration INTERVAL = Duration.ofMillis(200);
    static final int IDS_PER_STEP = 2_000;

    /** After this time without events, only the wall clock counts. */
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final KeyValueStore<String, byte[]> seen;
    private final long ttlMillis;
    /** Key at which the next step begins; null for the beginning. */
    private String position;

    SeenExpiry(KeyValueStore<String, byte[]> seen, Duration ttl) {
        this.seen = seen;
        this.ttlMillis = ttl.toMillis();
    }

    /**
     * Scans the next entries.
     *
     * @param wallClock the time; all times in milliseconds since the epoch
     * @param eventClock latest {@code received_at} of all events
     * @param lastEvent wall clock at the last event
     * @return the time until the next step
     */
    Duration step(long wallClock, long eventClock, long lastEvent) {
        boolean idle = wallClock - lastEvent > IDLE.toMillis();
        List<String> expired = new ArrayList<>();
        int looked = 0;
        try (KeyValueIterator<String, byte[]> ids = seen.range(position, null)) {
            for (; looked < IDS_PER_STEP && ids.hasNext(); looked++) {
                KeyValue<String, byte[]> id = ids.next();
                position = id.key;
                SeenEvent first = SeenEvent.of(id.value);
                boolean oldByEvents = idle || eventClock - first.eventClock() > ttlMillis;
                if (oldByEvents && wallClock - first.processed() >= 2 * ttlMillis) {
                    expired.add(id.key);
                }
            }
        }
        expired.forEach(seen::delete);
        if (looked < IDS_PER_STEP) {
            position = null;
            return Duration.ofMillis(Math.max(INTERVAL.toMillis(), ttlMillis / 20));
        }
        return INTERVAL;
    }
}
