package io.webhookmemory.service.http;

import io.webhookmemory.service.http.NoResponseException.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.core5.concurrent.Cancellable;

/**
 * Ends calls whose time is up, and calls of interrupted threads: a thread that waits for a socket notices neither. Looks at
 * the calls ten times a second, and for two seconds after the last one, so that few calls do not each wake a thread up.
 * Thread-safe.
 */
final class CallWatch {
    private static final int INTERVAL_MILLIS = 100;
    private static final int LOOKS_WITHOUT_CALLS = 20;
    /** On the thread of the JVM that also ends the waits of futures; a look does not block it. */
    private static final Executor LATER =
            CompletableFuture.delayedExecutor(INTERVAL_MILLIS, TimeUnit.MILLISECONDS, Runnable::run);

    private final Set<Call> calls = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean looking = new AtomicBoolean();
    /** Looks one after the other that found no calls. */
    private int without;

    /** A call that is watched. */
    static final class Call {
        private final Cancellable request;
        private final Thread caller;
        private final long deadline;
        private volatile Reason ended;

        private Call(Cancellable request, Thread caller, long deadline) {
            this.request = request;
            this.caller = caller;
            this.deadline = deadline;
        }

        /** Why the watch ended the call, or its thread gave up; empty if neither. */
        Optional<Reason> ended() {
            return caller.isInterrupted() ? Optional.of(Reason.STOPPING) : Optional.ofNullable(ended);
        }

        private void endIfDue(long now) {
            if (now - deadline >= 0) {
                ended = Reason.TIMEOUT;
            }
            if (ended().isPresent()) {
                request.cancel();
            }
        }
    }

    /** Begins to watch a call of this thread; the caller passes it to {@link #end}. */
    Call begin(Cancellable request, Duration timeout) {
        Call call = new Call(request, Thread.currentThread(), System.nanoTime() + timeout.toNanos());
        calls.add(call);
        call.endIfDue(System.nanoTime());
        lookLater();
        return call;
    }

    void end(Call call) {
        calls.remove(call);
    }

    /** Whether no look is due, because there have been no calls. */
    boolean isResting() {
        return !looking.get();
    }

    private void lookLater() {
        if (looking.compareAndSet(false, true)) {
            LATER.execute(this::look);
        }
    }

    private void look() {
        try {
            without = calls.isEmpty() ? without + 1 : 0;
            long now = System.nanoTime();
            calls.forEach(call -> call.endIfDue(now));
        } finally {
            looking.set(false);
            // Not the counter alone: a call may have begun since it was counted.
            if (without < LOOKS_WITHOUT_CALLS || !calls.isEmpty()) {
                lookLater();
            }
        }
    }
}
