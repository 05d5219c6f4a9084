package io.webhookmemory.service.lifecycle;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** The state of a service, and how it ended. Thread-safe. */
public final class Lifecycle {
    private final AtomicReference<LifecycleState> state = new AtomicReference<>(LifecycleState.STARTING);
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();

    public LifecycleState state() {
        return state.get();
    }

    public boolean isRunning() {
        return state() == LifecycleState.RUNNING;
    }

    /** @return false if the service is already in that state or past it, so that a second stop does nothing */
    public boolean transitionTo(LifecycleState next) {
        LifecycleState current = state.get();
        while (current.canTransitionTo(next)) {
            if (state.compareAndSet(current, next)) {
                if (next == LifecycleState.STOPPED) {
                    terminated.complete(null);
                }
                return true;
            }
            current = state.get();
        }
        return false;
    }

    /** Reports a fatal error; the runner ends the process with a non-zero exit code. */
    public void fail(Throwable cause) {
        terminated.completeExceptionally(cause);
    }

    /** Completes when the service has stopped, exceptionally if {@link #fail} was called first. */
    public CompletableFuture<Void> terminated() {
        return terminated;
    }
}
