package io.webhookmemory.ingress.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Logs webhooks that were not stored, one line a second at most: in an outage there is one for every sender, and writing
 * them all would delay the answers. Thread-safe.
 */
final class OutageLog {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

    private final Logger log;
    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime() - INTERVAL_NANOS);
    private final AtomicLong unlogged = new AtomicLong();

    OutageLog(Logger log) {
        this.log = log;
    }

    void notStored(String reason, Throwable cause) {
        unlogged.incrementAndGet();
        long last = lastNanos.get();
        long now = System.nanoTime();
        if (now - last < INTERVAL_NANOS || !lastNanos.compareAndSet(last, now)) {
            return;
        }
        log.atWarn()
                .addKeyValue("reason", reason)
                .addKeyValue("cause", String.valueOf(cause))
                .addKeyValue("webhooks", unlogged.getAndSet(0))
                .log("webhooks not stored");
    }
}
