package io.webhookmemory.sink.consume;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record that was handed out. Whoever takes it calls {@link #start()} before working on it, and where that was granted
 * either {@link #done()} or {@link #release()} after.
 */
public final class Delivery {
    private final ConsumerRecord<String, byte[]> message;
    private final OffsetTracker tracker;
    private final AtomicInteger inFlight;

    Delivery(ConsumerRecord<String, byte[]> message, OffsetTracker tracker, AtomicInteger inFlight) {
        this.message = message;
        this.tracker = tracker;
        this.inFlight = inFlight;
    }

    public ConsumerRecord<String, byte[]> message() {
        return message;
    }

    /** @return false where the partition was taken away meanwhile; then there is nothing to do and nothing to say */
    public boolean start() {
        boolean granted = tracker.start();
        if (!granted) {
            inFlight.decrementAndGet();
        }
        return granted;
    }

    /** False where another instance may be doing the record: work that runs here is to end at its next step. */
    public boolean isOurs() {
        return !tracker.isTakenAway();
    }

    /** The record needs no more work. */
    public void done() {
        tracker.finish(message.offset());
        inFlight.decrementAndGet();
    }

    /** Work ended without result and will start again here, later. */
    public Delivery putBack() {
        tracker.release();
        return this;
    }

    /** Work ended early; the record stays uncommitted and will be read again. */
    public void release() {
        tracker.release();
        inFlight.decrementAndGet();
    }
}
