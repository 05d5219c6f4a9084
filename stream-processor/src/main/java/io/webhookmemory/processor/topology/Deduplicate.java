package io.webhookmemory.processor.topology;

import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.Headers;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Drops events seen before. An identity counts as seen for the time to live from its first sighting by {@code
 * received_at}; a repeat does not extend that.
 *
 * <p>One key-value store: identity → first sighting. A window store would look in every segment for each event, and its clock
 * jumps ahead with the first timestamp from the future and then forgets everybody early; see docs/design.md for the
 * figures.
 */
final class Deduplicate implements Processor<String, Incoming, String, Incoming> {
    static final String SEEN_STORE = "seen";

    private static final Duration EXPIRY_INTERVAL = Duration.ofMillis(200);

    private final Duration ttl;
    private final ProcessorMetrics metrics;
    private ProcessorContext<String, Incoming> context;
    private KeyValueStore<String, byte[]> seen;
    private SeenExpiry expiry;
    /** The events' own clock: the latest {@code received_at} so far. */
    private long eventClock;

    private long lastEventWallClock;

    Deduplicate(Duration ttl, ProcessorMetrics metrics) {
        this.ttl = ttl;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, Incoming> context) {
        this.context = context;
        this.seen = context.getStateStore(SEEN_STORE);
        this.expiry = new SeenExpiry(seen, ttl);
        this.lastEventWallClock = context.currentSystemTimeMs();
        context.schedule(
                EXPIRY_INTERVAL,
                PunctuationType.WALL_CLOCK_TIME,
                now -> expiry.step(now, eventClock, lastEventWallClock));
    }

    @Override
    public void process(Record<String, Incoming> record) {
        WebhookEvent event = record.value().event();
        long now = context.currentSystemTimeMs();
        // A sender's clock may be ahead; a sighting from the future would be kept for as long as it is ahead.
        long received = Math.min(event.receivedAt().toEpochMilli(), now);
        lastEventWallClock = now;
        eventClock = Math.max(eventClock, received);

        String key = key(record);
        byte[] known = seen.get(key);
        if (known != null) {
            if (received - SeenEvent.of(known).received() < ttl.toMillis()) {
                metrics.duplicate(event);
                return;
            }
            metrics.lateDuplicate(event);
        }
        seen.put(key, new SeenEvent(received, now, eventClock).bytes());
        context.forward(record);
    }

    /**
     * The key in the store: the identity, or the event id of an event of an earlier version. A replay passes once under a
     * key of its own. The three forms cannot be equal: only an identity follows a line break at the start, it is always
     * 64 characters long, and {@link Parse} lets no event id with a line break through.
     */
    private static String key(Record<String, Incoming> record) {
        WebhookEvent event = record.value().event();
        String key = event.identity() == null ? event.eventId() : '\n' + event.identity();
        return Headers.get(record.headers(), Headers.REPLAY_ID)
                .map(replay -> key + '\n' + replay)
                .orElse(key);
    }
}
