package io.webhookmemory.ingress.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Logs conditions that may occur with every request, at most one line per second. In an outage or under attack, one line per
 * request would delay the responses and fill the disk. Thread-safe.
 */
final class LimitedLog {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

    private final Logger log;
    private final String message;
    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime() - INTERVAL_NANOS);
    private final AtomicLong unlogged = new AtomicLong();

    /** @param message the same in every line */
    LimitedLog(Logger log, String message) {
        this.log = log;
        this.message = message;
    }

    /** @param cause is logged unchanged; must not contain data from an unauthenticated sender */
    void warn(String reason, Object cause) {
        unlogged.incrementAndGet();
        long last = lastNanos.get();
        long now = System.nanoTime();
        if (now - last < INTERVAL_NANOS || !lastNanos.compareAndSet(last, now)) {
            return;
        }
        log.atWarn()
                .addKeyValue("reason", reason)
                .addKeyValue("cause", String.valueOf(cause))
                .addKeyValue("requests", unlogged.getAndSet(0))
                .log(message);
    }
}
