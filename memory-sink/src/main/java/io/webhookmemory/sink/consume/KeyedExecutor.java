package io.webhookmemory.sink.consume;

import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Runs jobs that share a key one after another, in the order of their submission, and all others concurrently. A job
 * starts when it is first in the queues of all its keys; until then it takes no thread. Jobs that wait for the same
 * group key run together (see {@link Job#groupKey}).
 *
 * <p>A group holds its keys from its start to the end of its last step. No more groups are in progress than there are
 * I/O threads, so that a step never waits for another group's and waiting jobs can still join a group. Thread-safe.
 *
 * @param <J> the jobs
 */
public final class KeyedExecutor<J extends KeyedExecutor.Job> implements AutoCloseable {
    private final Options options;
    private final Handler<J> handler;
    private final BiConsumer<List<J>, Throwable> onError;
    private final ExecutorThreads threads;

    // This lock guards everything below.
    private final Object lock = new Object();
    private final KeyQueues<Task<J>> queues = new KeyQueues<>();
    private final PausedKeys paused = new PausedKeys();
    private final GroupStarts<KeyQueues.Entry<Task<J>>> starts;
    private final IdentityHashMap<J, Long> places = new IdentityHashMap<>();

    /** The threads on which a step runs. */
    public enum Pool {
        /** For calls that change memory, whose number is limited. */
        WORKER,
        /** For reads and Kafka writes. */
        IO
    }

    /**
     * A part of a group's work.
     *
     * @param body returns the next step, or null if the group is finished and releases its keys
     */
    public record Step(Pool pool, Supplier<Step> body) {}

    /** A unit of submitted work. */
    public interface Job {
        Set<String> keys();

        /**
         * The key that jobs may share in a group. Jobs whose only keys are this one and one of their own run together:
         * when one of them starts, the others that are first in the queue of their own key join it. They may overtake
         * jobs that have this group key and further keys, or are not first; no job overtakes another in the queue of
         * its own key. Empty for a job that runs alone and that no later job may overtake, such as a dataset's
         * deletion.
         */
        Optional<String> groupKey();

        /** Size for the limit of a group and for {@link KeyedExecutor#queuedBytes}. */
        int bytes();
    }

    /** Does the work. */
    @FunctionalInterface
    public interface Handler<J extends Job> {
        /**
         * Called on an I/O thread when a group starts; returns its first step, or null if there is nothing to do. Long
         * waits (for the end of an outage) belong on a worker, so that the other groups' steps continue.
         */
        Step begin(List<J> group);
    }

    /**
     * Limits.
     *
     * @param name of the threads
     * @param workers threads for {@link Pool#WORKER}
     * @param ioThreads threads for {@link Pool#IO}, and the limit of groups in progress; several times the number of
     *     workers, so that workers are never idle
     * @param maxGroup jobs of a group
     * @param maxGroupBytes size of a group's jobs together, unless one alone exceeds it
     */
    public record Options(String name, int workers, int ioThreads, int maxGroup, long maxGroupBytes) {}

    /** A job, or another task of the caller with the thread that runs it. */
    private record Task<J>(Optional<J> job, Executor executor, Runnable body) {}

    /**
     * @param onError receives what a step threw, after the group has ended; the list is empty for a task that is not a
     *     job
     */
    public KeyedExecutor(Options options, Handler<J> handler, BiConsumer<List<J>, Throwable> onError) {
        this.options = options;
        this.handler = handler;
        this.onError = onError;
        this.threads = new ExecutorThreads(options);
        this.starts = new GroupStarts<>(options.ioThreads(), Math.max(1, options.workers() / 2));
    }

    /** The key of a record's events. */
    public static String record(String recordId) {
        return "record " + recordId;
    }

    /** The key of all that works on a dataset. */
    public static String dataset(String name) {
        return "dataset " + name;
    }

    /** Returns at once; the caller must limit how much it submits. */
    public void submit(J job) {
        synchronized (lock) {
            offer(queues.add(new Task<>(Optional.of(job), io(), () -> {}), job.keys(), job.groupKey(), job.bytes()));
            startReady();
        }
    }

    /**
     * Submits a job that continues another under other keys. It takes the other's place in the queues, ahead of
     * everything submitted later, so that a record's events stay in order even if one of them needs a further key.
     *
     * @param running a job whose group is in progress; its keys are released when the group ends
     */
    public void resubmit(J running, J next) {
        synchronized (lock) {
            Long place = places.get(running);
            if (place == null) {
                throw new IllegalArgumentException("the job is not under way");
            }
            offer(queues.add(
                    new Task<>(Optional.of(next), io(), () -> {}), next.keys(), next.groupKey(), next.bytes(), place));
            startReady();
        }
    }

    /**
     * Runs a task that is not a job on a thread of the caller, exclusively for its keys, in the order of submission.
     */
    public void submit(Set<String> keys, Executor executor, Runnable task) {
        synchronized (lock) {
            offer(queues.add(new Task<>(Optional.empty(), executor, task), keys, Optional.empty(), 0));
            startReady();
        }
    }

    /** The threads of {@link Pool#IO}, for tasks that are not jobs. */
    public Executor io() {
        return threads.of(Pool.IO);
    }

    /** Whether a step for {@link Pool#WORKER} would start at once. */
    public boolean hasIdleWorker() {
        return threads.hasIdleWorker();
    }

    /** The number of running and waiting jobs and tasks of the key. */
    public int queued(String key) {
        synchronized (lock) {
            return queues.size(key);
        }
    }

    /** The total {@link Job#bytes} of the key's running and waiting jobs. */
    public long queuedBytes(String key) {
        synchronized (lock) {
            return queues.bytes(key);
        }
    }

    /**
     * Reports that a job of this key did not succeed, for example because another process holds its lock. Until the
     * time is over, no job of the key starts. Until {@link #resume}, the groups of all such keys together use half of
     * the workers at most. Running jobs continue. No thread waits.
     */
    public void pause(String key, Duration duration) {
        synchronized (lock) {
            paused.pause(key, System.nanoTime() + duration.toNanos());
        }
        threads.executeAfter(duration, () -> offerFirst(key));
    }

    /** Reports that a job of this key succeeded. */
    public void resume(String key) {
        synchronized (lock) {
            if (paused.resume(key)) {
                starts.offerSlow();
                queues.first(key).ifPresent(this::offer);
                startReady();
            }
        }
    }

    /** Whether the key was paused and has not been resumed, even if the pause is over. */
    public boolean isSlow(String key) {
        synchronized (lock) {
            return paused.isSlow(Set.of(key));
        }
    }

    private void offerFirst(String key) {
        synchronized (lock) {
            queues.first(key).ifPresent(this::offer);
            startReady();
        }
    }

    /** May be called for the same entry again: it starts only if it still waits. */
    private void offer(KeyQueues.Entry<Task<J>> entry) {
        if (!mayStart(entry)) {
            return;
        }
        Task<J> task = entry.job();
        if (task.job().isPresent()) {
            starts.offer(entry);
        } else {
            queues.hold(List.of(entry));
            threads.execute(task.executor(), () -> run(entry));
        }
    }

    private boolean mayStart(KeyQueues.Entry<Task<J>> entry) {
        return queues.isFirst(entry) && !paused.isPaused(entry.keys(), System.nanoTime());
    }

    private boolean isSlow(KeyQueues.Entry<Task<J>> entry) {
        return paused.isSlow(entry.keys());
    }

    private void startReady() {
        Optional<KeyQueues.Entry<Task<J>>> next = starts.next(this::mayStart, this::isSlow);
        while (next.isPresent()) {
            start(new Group(entries(next.get()), isSlow(next.get())));
            next = starts.next(this::mayStart, this::isSlow);
        }
    }

    private List<KeyQueues.Entry<Task<J>>> entries(KeyQueues.Entry<Task<J>> first) {
        long now = System.nanoTime();
        return queues.group(
                first, options.maxGroup(), options.maxGroupBytes(), entry -> !paused.isPaused(entry.keys(), now));
    }

    private void start(Group group) {
        starts.begin(group.slow);
        queues.hold(group.entries);
        group.entries.forEach(entry -> places.put(entry.job().job().orElseThrow(), entry.place()));
        threads.execute(io(), () -> group.run(Pool.IO, () -> handler.begin(group.jobs)));
    }

    private void run(KeyQueues.Entry<Task<J>> entry) {
        try {
            entry.job().body().run();
        } catch (RuntimeException | Error e) {
            onError.accept(List.of(), e);
        } finally {
            synchronized (lock) {
                queues.leave(List.of(entry)).forEach(this::offer);
                startReady();
            }
        }
    }

    /** Jobs that run together, from their start on. */
    private final class Group {
        private final List<KeyQueues.Entry<Task<J>>> entries;
        private final List<J> jobs;
        private final boolean slow;

        Group(List<KeyQueues.Entry<Task<J>>> entries, boolean slow) {
            this.entries = entries;
            this.jobs = entries.stream()
                    .map(entry -> entry.job().job().orElseThrow())
                    .toList();
            this.slow = slow;
        }

        void run(Pool pool, Supplier<Step> body) {
            try {
                Step next = body.get();
                while (next != null && next.pool() == pool) {
                    next = next.body().get();
                }
                if (next == null) {
                    end();
                } else {
                    Step further = next;
                    threads.execute(threads.of(further.pool()), () -> run(further.pool(), further.body()));
                }
            } catch (RuntimeException | Error e) {
                end();
                onError.accept(jobs, e);
            }
        }

        private void end() {
            synchronized (lock) {
                starts.end(slow);
                jobs.forEach(places::remove);
                queues.leave(entries).forEach(KeyedExecutor.this::offer);
                starts.offerSlow();
                startReady();
            }
        }
    }

    /**
     * Stops the workers at once, and the I/O threads when their tasks have ended or the limit has passed. Jobs that
     * have not started are dropped: their offsets are not committed.
     */
    public void close(Duration limit) {
        threads.close(limit);
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }
}
