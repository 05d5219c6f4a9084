package io.webhookmemory.service.lifecycle;

import java.util.concurrent.CompletableFuture;

/** A service that runs as a process of its own, or beside others in one process. */
public interface PipelineService extends AutoCloseable {

    /**
     * Starts, and returns when the service is ready for work.
     *
     * @throws StartupException if it cannot start, with a message for the operator
     */
    void start();

    /** Completes when the service has ended, exceptionally after a fatal error. */
    CompletableFuture<Void> terminated();

    /** Stops taking work, finishes what is in flight, commits and closes. Idempotent. */
    @Override
    void close();
}
