package io.webhookmemory.sink.memory;

import io.webhookmemory.cognee.Failure;
import io.webhookmemory.cognee.MemoryException;
import io.webhookmemory.sink.consume.Lease;
import io.webhookmemory.sink.consume.LeaseLostException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** One change in progress: what has been done so far, and finally its result. For one thread. */
final class Attempt {
    private final Change change;
    private final Lease lease;
    private final Duration callTimeout;
    private final Set<String> dirty = new LinkedHashSet<>();
    private boolean called;
    private boolean removed;
    private RecordSync.Result result;

    Attempt(Change change, Lease lease, Duration callTimeout) {
        this.change = change;
        this.lease = lease;
        this.callTimeout = callTimeout;
    }

    /** A step that may end the attempt: it fails if a call fails, and is abandoned if the lease is lost. */
    interface Step {
        void run();
    }

    Change change() {
        return change;
    }

    Lease lease() {
        return lease;
    }

    /** @throws LeaseLostException if no call that changes memory may start */
    void require() {
        lease.require(callTimeout);
    }

    /** Records that a call that changes memory was made, whatever its result. */
    void called() {
        called = true;
    }

    /** Whether a call that changes memory was made: it may have taken effect, or may still do so. */
    boolean hasCalled() {
        return called;
    }

    /** Marks the dataset's graph to be built again. */
    void dirty(String dataset) {
        dirty.add(dataset);
    }

    Set<String> dirty() {
        return dirty;
    }

    /** Records that a document of the record was removed. */
    void removed() {
        removed = true;
    }

    boolean hasRemoved() {
        return removed;
    }

    boolean isOpen() {
        return result == null;
    }

    void end(RecordSync.Result end) {
        result = end;
    }

    Optional<RecordSync.Result> result() {
        return Optional.ofNullable(result);
    }

    static Outcome.Failed failed(MemoryException e) {
        return new Outcome.Failed(e.failure(), e.getMessage(), e.getClass().getName());
    }

    static Outcome.Failed failed(Failure failure, String message) {
        return new Outcome.Failed(failure, message, MemoryException.class.getName());
    }
}
