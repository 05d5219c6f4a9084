package io.webhookmemory.embedded.http;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Simulated latency. */
public final class Pause {
    private Pause() {}

    public static void of(Duration duration) {
        long until = System.nanoTime() + duration.toNanos();
        for (long left = duration.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
