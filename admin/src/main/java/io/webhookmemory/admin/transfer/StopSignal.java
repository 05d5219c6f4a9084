package io.webhookmemory.admin.transfer;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks a running transfer to end after the records in progress. Thread-safe. */
public final class StopSignal {
    private final CountDownLatch asked = new CountDownLatch(1);

    public void stop() {
        asked.countDown();
    }

    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Waits, at most until a stop is requested. */
    public void pause(Duration duration) {
        try {
            asked.await(duration.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop();
        }
    }
}
