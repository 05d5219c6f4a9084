package io.webhookmemory.service.lifecycle;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** Where a service is in its life, and how it ended. Thread-safe. */
public final class Lifecycle {
    private final AtomicReference<LifecycleState> state = new AtomicReference<>(LifecycleState.STARTING);
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();

    public LifecycleState state() {
        return state.get();
    }

    public boolean isRunning() {
        return state() == LifecycleState.RUNNING;
    }

    /** @return false where the service is past that state already, so that stopping twice does its work once */
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

    /** Reports an error that the service cannot live with; whoever runs it ends the process with a non-zero code. */
    public void fail(Throwable cause) {
        terminated.completeExceptionally(cause);
    }

    /** Completes when the service has stopped, exceptionally where {@link #fail} was called first. */
    public CompletableFuture<Void> terminated() {
        return terminated;
    }
}
