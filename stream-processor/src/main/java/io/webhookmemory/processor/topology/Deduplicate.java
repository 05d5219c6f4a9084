package io.webhookmemory.processor.topology;

import io.webhookmemory.processor.ProcessorMetrics;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Drops events seen before. An id counts as seen for the time to live from its first sighting by {@code received_at}; a
 * repeat does not extend that.
 *
 * <p>Two stores: id → first sighting, and the ids ordered by the time they were processed, so that expiry takes the
 * oldest few at each step and never scans. A window store would do with one, but its clock jumps ahead with the first
 * timestamp from the future and then forgets everybody early.
 *
 * <p>An id is forgotten when it is old by two clocks. By the wall clock alone, the ids from before an outage would be gone
 * when their repeats are read after it; by the events' clock alone, an event that comes late by hours would be gone at
 * once.
 */
final class Deduplicate implements Processor<String, WebhookEvent, String, WebhookEvent> {
    static final String SEEN_STORE = "seen";
    static final String SEEN_BY_TIME_STORE = "seen-by-time";

    private static final Duration PURGE_INTERVAL = Duration.ofMillis(200);
    private static final int PURGE_LIMIT = 10_000;
    /** Without events for so long, the wall clock takes over from the events' own time. */
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final long ttlMillis;
    private final ProcessorMetrics metrics;
    private ProcessorContext<String, WebhookEvent> context;
    private KeyValueStore<String, byte[]> seen;
    private KeyValueStore<Bytes, byte[]> seenByTime;
    /** The events' own clock: the latest {@code received_at} so far. */
    private long eventClock;

    private long lastEventWallClock;

    /**
     * What is stored under an id.
     *
     * @param received {@code received_at} of the first event with it
     * @param processed the wall clock then, by which the second store is ordered
     */
    private record Sighting(long received, long processed) {
        static Sighting of(byte[] bytes) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new Sighting(buffer.getLong(), buffer.getLong());
        }

        byte[] bytes() {
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(received)
                    .putLong(processed)
                    .array();
        }
    }

    Deduplicate(Duration ttl, ProcessorMetrics metrics) {
        this.ttlMillis = ttl.toMillis();
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, WebhookEvent> context) {
        this.context = context;
        this.seen = context.getStateStore(SEEN_STORE);
        this.seenByTime = context.getStateStore(SEEN_BY_TIME_STORE);
        this.lastEventWallClock = context.currentSystemTimeMs();
        context.schedule(PURGE_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::purge);
    }

    @Override
    public void process(Record<String, WebhookEvent> record) {
        long now = context.currentSystemTimeMs();
        // A sender's clock may be ahead; a sighting from the future would be kept for as long as it is ahead.
        long received = Math.min(record.value().receivedAt().toEpochMilli(), now);
        lastEventWallClock = now;
        eventClock = Math.max(eventClock, received);

        String id = identity(record);
        byte[] known = seen.get(id);
        if (known != null) {
            Sighting first = Sighting.of(known);
            if (received - first.received() < ttlMillis) {
                metrics.duplicate(record.value());
                return;
            }
            seenByTime.delete(timeKey(first.processed(), id));
        }
        seen.put(id, new Sighting(received, now).bytes());
        seenByTime.put(timeKey(now, id), time(eventClock));
        context.forward(record);
    }

    /** A replay passes once: it is another sighting of its own. */
    private static String identity(Record<String, WebhookEvent> record) {
        return Headers.get(record.headers(), Headers.REPLAY_ID)
                .map(replay -> record.value().eventId() + '\n' + replay)
                .orElse(record.value().eventId());
    }

    /** Forgets the oldest ids, a bounded number at a step. A second time to live is granted to repeats that come late. */
    private void purge(long wallClock) {
        boolean idle = wallClock - lastEventWallClock > IDLE.toMillis();
        Bytes end = Bytes.wrap(time(Math.max(0, wallClock - 2 * ttlMillis)));
        List<Bytes> expired = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> oldest = seenByTime.range(null, end)) {
            while (oldest.hasNext() && expired.size() < PURGE_LIMIT) {
                KeyValue<Bytes, byte[]> entry = oldest.next();
                if (!idle && eventClock - ByteBuffer.wrap(entry.value).getLong() <= ttlMillis) {
                    break;
                }
                expired.add(entry.key);
            }
        }
        for (Bytes key : expired) {
            seenByTime.delete(key);
            seen.delete(idOf(key));
        }
    }

    private static byte[] time(long millis) {
        return ByteBuffer.allocate(Long.BYTES).putLong(millis).array();
    }

    private static Bytes timeKey(long time, String id) {
        byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES + idBytes.length)
                .putLong(time)
                .put(idBytes)
                .array());
    }

    private static String idOf(Bytes timeKey) {
        byte[] bytes = timeKey.get();
        return new String(bytes, Long.BYTES, bytes.length - Long.BYTES, StandardCharsets.UTF_8);
    }
}
