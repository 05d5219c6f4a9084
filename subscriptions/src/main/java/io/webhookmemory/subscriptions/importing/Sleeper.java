package io.webhookmemory.subscriptions.importing;

import java.time.Duration;

/** How an import lets time pass; a test lets its clock pass instead. */
@FunctionalInterface
public interface Sleeper {
    void sleep(Duration time);

    /** In real time. */
    static Sleeper real() {
        return time -> {
            try {
                Thread.sleep(time.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        };
    }
}
