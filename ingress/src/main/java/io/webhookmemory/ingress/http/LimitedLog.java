package io.webhookmemory.ingress.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Logs what may happen with every request, one line a second at most: in an outage or under an attack, writing a line for
 * each would delay the responses and fill the disk. Thread-safe.
 */
final class LimitedLog {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

    private final Logger log;
    private final String message;
    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime() - INTERVAL_NANOS);
    private final AtomicLong unlogged = new AtomicLong();

    /** @param message what happened, the same in every line */
    LimitedLog(Logger log, String message) {
        this.log = log;
        this.message = message;
    }

    /** @param cause is logged as it is, and must hold nothing that an unknown sender chose */
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
