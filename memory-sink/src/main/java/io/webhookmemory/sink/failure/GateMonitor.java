package io.webhookmemory.sink.failure;

/** Lets threads wait for a change. Thread-safe. */
final class GateMonitor {
    private long changes;
    private boolean stopping;

    synchronized long changes() {
        return changes;
    }

    synchronized void changed() {
        changes++;
        notifyAll();
    }

    synchronized void stop() {
        stopping = true;
        notifyAll();
    }

    synchronized boolean isStopping() {
        return stopping;
    }

    /**
     * Blocks until there are more changes than the caller has seen.
     *
     * @return false if {@link #stop} or an interrupt ended the wait
     */
    synchronized boolean awaitChange(long seen) {
        try {
            while (changes == seen && !stopping) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !stopping;
    }
}
