package io.webhookmemory.processor.topology;

import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.Headers;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Drops duplicates. An identity counts as seen for the time to live after its seen event (the first event with it), by
 * {@code received_at}; a duplicate does not extend the window.
 *
 * <p>One key-value store maps the identity to its seen event. A window store would search every segment for each event,
 * and its stream time jumps ahead with the first timestamp from the future and then expires all identities early; see
 * docs/design.md for the figures.
 */
final class Deduplicate implements Processor<String, Incoming.Event, String, Incoming.Event> {
    static final String SEEN_STORE = "seen";

    private final Duration ttl;
    private final ProcessorMetrics metrics;
    private ProcessorContext<String, Incoming.Event> context;
    private KeyValueStore<String, byte[]> seen;
    /** Event time: the latest {@code received_at} so far. */
    private long eventClock;

    private long lastEventWallClock;

    Deduplicate(Duration ttl, ProcessorMetrics metrics) {
        this.ttl = ttl;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, Incoming.Event> context) {
        this.context = context;
        this.seen = context.getStateStore(SEEN_STORE);
        SeenExpiry expiry = new SeenExpiry(seen, ttl);
        this.lastEventWallClock = context.currentSystemTimeMs();
        PacedSteps.schedule(context, SeenExpiry.INTERVAL, now -> expiry.step(now, eventClock, lastEventWallClock));
    }

    @Override
    public void process(Record<String, Incoming.Event> record) {
        WebhookEvent event = record.value().event();
        long now = context.currentSystemTimeMs();
        // A sender's clock may be ahead; without this limit, such an entry would expire late by the same amount.
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
     * The key in the store: the identity, or the event id of an event of an earlier version. A replay has a key of its
     * own and passes once. The three forms cannot be equal: only an identity follows a line break at the start and
     * always has 64 characters, and {@link Parse} rejects event ids with a line break.
     */
    private static String key(Record<String, Incoming.Event> record) {
        WebhookEvent event = record.value().event();
        String key = event.identity() == null ? event.eventId() : '\n' + event.identity();
        return Headers.get(record.headers(), Headers.REPLAY_ID)
                .map(replay -> key + '\n' + replay)
                .orElse(key);
    }
}
