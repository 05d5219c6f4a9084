package io.webhookmemory.sink.consume;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of a {@link KeyedExecutor}. What is given to them after {@link #close} is dropped. Thread-safe. */
final class ExecutorThreads {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutorThreads.class);

    private final ThreadPoolExecutor workers;
    private final ExecutorService io;
    private final ScheduledExecutorService timer;

    ExecutorThreads(KeyedExecutor.Options options) {
        workers = (ThreadPoolExecutor)
                Executors.newFixedThreadPool(options.workers(), task -> new Thread(task, options.name()));
        io = Executors.newFixedThreadPool(options.ioThreads(), task -> new Thread(task, options.name() + "-io"));
        timer = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, options.name() + "-pauses"));
    }

    Executor of(KeyedExecutor.Pool pool) {
        return pool == KeyedExecutor.Pool.WORKER ? workers : io;
    }

    boolean hasIdleWorker() {
        return workers.getQueue().isEmpty() && workers.getActiveCount() < workers.getCorePoolSize();
    }

    /** @param executor one of these, or the caller's */
    void execute(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: what has not started is dropped");
        }
    }

    void executeAfter(Duration delay, Runnable task) {
        try {
            timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: the pause has no end");
        }
    }

    /** Stops the workers at once, and the I/O threads when their tasks have ended or the limit has passed. */
    void close(Duration limit) {
        timer.shutdownNow();
        workers.shutdownNow();
        io.shutdown();
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            workers.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (!io.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                io.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
