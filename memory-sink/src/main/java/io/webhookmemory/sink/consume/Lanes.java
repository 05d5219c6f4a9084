package io.webhookmemory.sink.consume;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Runs tasks on a fixed number of workers so that tasks that share a key run one after another, in the order they were
 * submitted, and all others side by side. A slow account thus holds up itself only.
 *
 * <p>A task runs when it is first in the queues of all its keys. Thread-safe.
 */
public final class Lanes implements AutoCloseable {
    private final ExecutorService workers;
    private final Map<String, Deque<Lane>> queues = new HashMap<>();

    public Lanes(int workerCount, String name) {
        workers = Executors.newFixedThreadPool(workerCount, task -> new Thread(task, name));
    }

    private static final class Lane {
        private final Set<String> keys;
        private final Runnable task;
        private boolean started;

        Lane(Set<String> keys, Runnable task) {
            this.keys = keys;
            this.task = task;
        }
    }

    /** Returns at once; bounding how much is submitted is the caller's part. */
    public void submit(Set<String> keys, Runnable task) {
        Lane lane = new Lane(keys, task);
        synchronized (queues) {
            keys.forEach(
                    key -> queues.computeIfAbsent(key, k -> new ArrayDeque<>()).addLast(lane));
            startIfFirst(lane);
        }
    }

    private void startIfFirst(Lane lane) {
        if (!lane.started && lane.keys.stream().allMatch(key -> queues.get(key).peekFirst() == lane)) {
            lane.started = true;
            workers.execute(() -> run(lane));
        }
    }

    private void run(Lane lane) {
        try {
            lane.task.run();
        } finally {
            finished(lane);
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
    public void close(java.time.Duration limit) {
        workers.shutdownNow();
        try {
            workers.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(java.time.Duration.ZERO);
    }
}
