package io.webhookmemory.sink.consume;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks on a fixed number of workers so that tasks that share a key run one after another, in the order they were
 * submitted, and all others side by side. A slow account thus holds up itself only.
 *
 * <p>A task runs when it is first in the queues of all its keys. Until then it takes no worker. Thread-safe.
 */
public final class Lanes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);
    /** The second part of a task that has none. */
    public static final Runnable NOTHING = () -> {};

    private final ExecutorService workers;
    private final ExecutorService clerks;
    private final Map<String, Deque<Lane>> queues = new HashMap<>();

    public Lanes(int workerCount, String name) {
        workers = Executors.newFixedThreadPool(workerCount, task -> new Thread(task, name));
        clerks = Executors.newFixedThreadPool(workerCount, task -> new Thread(task, name + "-notes"));
    }

    /** A task in two parts, of which the second takes no worker: memory's time is too dear to wait for notes in it. */
    @FunctionalInterface
    public interface Work {
        /** Does the first part; returns the second, during which the task keeps its place in its lanes. */
        Runnable run();
    }

    /** The key of a record's events. */
    public static String record(String recordId) {
        return "record " + recordId;
    }

    /** The key of all that works on a dataset. */
    public static String dataset(String name) {
        return "dataset " + name;
    }

    private static final class Lane {
        private final Set<String> keys;
        private final Executor executor;
        private final Work work;
        private boolean started;

        Lane(Set<String> keys, Executor executor, Work work) {
            this.keys = keys;
            this.executor = executor;
            this.work = work;
        }
    }

    /** Returns at once; bounding how much is submitted is the caller's part. */
    public void submit(Set<String> keys, Work work) {
        submit(new Lane(Set.copyOf(keys), workers, work));
    }

    /** For what has to do with no memory, and so takes no worker. */
    public void submitNotes(Set<String> keys, Runnable task) {
        submit(keys, clerks, task);
    }

    /** As {@link #submit(Set, Work)}, with a thread of the caller's for the task in place of a worker. */
    public void submit(Set<String> keys, Executor executor, Runnable task) {
        submit(new Lane(Set.copyOf(keys), executor, () -> {
            task.run();
            return NOTHING;
        }));
    }

    private void submit(Lane lane) {
        synchronized (queues) {
            lane.keys.forEach(
                    key -> queues.computeIfAbsent(key, k -> new ArrayDeque<>()).addLast(lane));
            startIfFirst(lane);
        }
    }

    /** How many tasks of the key run or wait. */
    public int queued(String key) {
        synchronized (queues) {
            Deque<Lane> queue = queues.get(key);
            return queue == null ? 0 : queue.size();
        }
    }

    private void startIfFirst(Lane lane) {
        if (!lane.started && lane.keys.stream().allMatch(key -> queues.get(key).peekFirst() == lane)) {
            lane.started = true;
            execute(lane.executor, () -> run(lane));
        }
    }

    private static void execute(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the service stops: what has not started is dropped");
        }
    }

    private void run(Lane lane) {
        Runnable rest = NOTHING;
        try {
            rest = lane.work.run();
        } finally {
            if (rest == NOTHING) {
                finished(lane);
            }
        }
        if (rest != NOTHING) {
            Runnable notes = rest;
            execute(clerks, () -> {
                try {
                    notes.run();
                } finally {
                    finished(lane);
                }
            });
        }
    }

    private void finished(Lane lane) {
        synchronized (queues) {
            List<Lane> next = new ArrayList<>();
            for (String key : lane.keys) {
                Deque<Lane> queue = queues.get(key);
                queue.removeFirst();
                if (queue.isEmpty()) {
                    queues.remove(key);
                } else {
                    next.add(queue.peekFirst());
                }
            }
            next.forEach(this::startIfFirst);
        }
    }

    /** Stops the workers; what has not started is dropped, as its offset is not committed. */
    public void close(Duration limit) {
        workers.shutdownNow();
        clerks.shutdown();
        try {
            workers.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
            clerks.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }
}
