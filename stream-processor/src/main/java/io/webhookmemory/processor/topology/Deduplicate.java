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
 * <p>Two stores: id → first sighting, and the same ordered by time, so that expiry takes the oldest few at each step
 * and never scans. A window store would do with one, but its clock jumps ahead with the first timestamp from the
 * future and then forgets everybody early.
 */
final class Deduplicate implements Processor<String, WebhookEvent, String, WebhookEvent> {
    static final String SEEN_STORE = "seen";
    static final String SEEN_BY_TIME_STORE = "seen-by-time";

    private static final Duration PURGE_INTERVAL = Duration.ofMillis(200);
    private static final int PURGE_LIMIT = 10_000;
    /** Without events for so long, the wall clock takes over from the events' own time. */
    private static final Duration IDLE = Duration.ofSeconds(30);

    private static final byte[] NOTHING = {};

    private final long ttlMillis;
    private final ProcessorMetrics metrics;
    private ProcessorContext<String, WebhookEvent> context;
    private KeyValueStore<String, Long> seen;
    private KeyValueStore<Bytes, byte[]> seenByTime;
    private long latestReceived;
    private long lastEventWallClock;

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
        latestReceived = Math.max(latestReceived, received);

        String id = identity(record);
        Long first = seen.get(id);
        if (first != null && received - first < ttlMillis) {
            metrics.duplicate(record.value());
            return;
        }
        if (first != null) {
            seenByTime.delete(timeKey(first, id));
        }
        seen.put(id, received);
        seenByTime.put(timeKey(received, id), NOTHING);
        context.forward(record);
    }

    /** A replay passes once: it is another sighting of its own. */
    private static String identity(Record<String, WebhookEvent> record) {
        return Headers.get(record.headers(), Headers.REPLAY_ID)
                .map(replay -> record.value().eventId() + '\n' + replay)
                .orElse(record.value().eventId());
    }

    /**
     * Forgets ids whose time is over, measured by the events' own clock: after an outage the events are hours behind
     * the wall clock, and an id must outlive its repeats that are still waiting to be read. A further time to live is
     * granted to repeats that come late.
     */
    private void purge(long wallClock) {
        boolean idle = wallClock - lastEventWallClock > IDLE.toMillis();
        long now = idle ? wallClock : latestReceived;
        Bytes end = Bytes.wrap(ByteBuffer.allocate(Long.BYTES)
                .putLong(Math.max(0, now - 2 * ttlMillis))
                .array());
        List<Bytes> expired = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> oldest = seenByTime.range(null, end)) {
            while (oldest.hasNext() && expired.size() < PURGE_LIMIT) {
                KeyValue<Bytes, byte[]> entry = oldest.next();
                expired.add(entry.key);
            }
        }
        for (Bytes key : expired) {
            seenByTime.delete(key);
            seen.delete(idOf(key));
        }
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
