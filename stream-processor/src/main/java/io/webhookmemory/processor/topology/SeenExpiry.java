package io.webhookmemory.processor.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Forgets event ids. It goes through the store again and again, a few ids at each step, so that a step takes the same
 * short time however many ids there are; a second store ordered by time would save the looking, and cost every event two
 * more writes.
 *
 * <p>An id is forgotten when it is old by two clocks. By the wall clock alone, the ids from before an outage would be gone
 * when their repeats are read after it; by the events' clock alone, an event that comes late by hours would be gone at
 * once. A second time to live is granted to repeats that come late.
 */
final class SeenExpiry {
    static final int IDS_PER_STEP = 2_000;

    /** Without events for so long, the wall clock takes over from the events' own time. */
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final KeyValueStore<String, byte[]> seen;
    private final long ttlMillis;
    /** Where the next step begins; null for the beginning. */
    private String position;

    private long nextPass = Long.MIN_VALUE;

    SeenExpiry(KeyValueStore<String, byte[]> seen, Duration ttl) {
        this.seen = seen;
        this.ttlMillis = ttl.toMillis();
    }

    /**
     * Looks at the next few ids.
     *
     * @param wallClock the time, as are the others, in milliseconds since the epoch
     * @param eventClock latest {@code received_at} of all events
     * @param lastEvent wall clock at the last event
     */
    void step(long wallClock, long eventClock, long lastEvent) {
        if (wallClock < nextPass) {
            return;
        }
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
            nextPass = wallClock + ttlMillis / 20;
        }
    }
}
