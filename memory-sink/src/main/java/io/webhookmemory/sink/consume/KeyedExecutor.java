package io.webhookmemory.sink.consume;

import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger LOG = LoggerFactory.getLogger(KeyedExecutor.class);

    private final Options options;
    private final Handler<J> handler;
    private final BiConsumer<List<J>, Throwable> onError;
    private final ExecutorService workers;
    private final ExecutorService io;
    private final ScheduledExecutorService timer;
    private final int slowShare;

    // This lock guards everything below.
    private final Object lock = new Object();
    private final KeyQueues<Task<J>> queues = new KeyQueues<>();
    private final PausedKeys paused = new PausedKeys();
    /** First in all their queues; waiting for a group in progress to end. */
    private final Set<KeyQueues.Entry<Task<J>>> ready = new LinkedHashSet<>();
    /** As {@link #ready}; waiting for a group with a slow key to end. */
    private final Set<KeyQueues.Entry<Task<J>>> readySlow = new LinkedHashSet<>();

    private final IdentityHashMap<J, Long> places = new IdentityHashMap<>();
    private int groups;
    private int slowGroups;

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
        this.workers = Executors.newFixedThreadPool(options.workers(), task -> new Thread(task, options.name()));
        this.io = Executors.newFixedThreadPool(options.ioThreads(), task -> new Thread(task, options.name() + "-io"));
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, options.name() + "-pauses"));
        this.slowShare = Math.max(1, options.workers() / 2);
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
            offer(queues.add(new Task<>(Optional.of(job), io, () -> {}), job.keys(), job.groupKey(), job.bytes()));
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
                    new Task<>(Optional.of(next), io, () -> {}), next.keys(), next.groupKey(), next.bytes(), place));
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
        return io;
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
        try {
            timer.schedule(() -> offerFirst(key), duration.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: the pause has no end");
        }
    }

    /** Reports that a job of this key succeeded. */
    public void resume(String key) {
        synchronized (lock) {
            if (paused.resume(key)) {
                offerSlow();
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
        if (!queues.isFirst(entry) || paused.isPaused(entry.keys(), System.nanoTime())) {
            return;
        }
        Task<J> task = entry.job();
        if (task.job().isPresent()) {
            ready.add(entry);
        } else {
            queues.hold(List.of(entry));
            execute(task.executor(), () -> run(entry));
        }
    }

    private void offerSlow() {
        ready.addAll(readySlow);
        readySlow.clear();
    }

    private void startReady() {
        while (groups < options.ioThreads() && !ready.isEmpty()) {
            KeyQueues.Entry<Task<J>> entry = ready.iterator().next();
            ready.remove(entry);
            if (!queues.isFirst(entry) || paused.isPaused(entry.keys(), System.nanoTime())) {
                continue;
            }
            boolean slow = paused.isSlow(entry.keys());
            if (slow && slowGroups == slowShare) {
                readySlow.add(entry);
                continue;
            }
            start(new Group(entries(entry), slow));
        }
    }

    private List<KeyQueues.Entry<Task<J>>> entries(KeyQueues.Entry<Task<J>> first) {
        long now = System.nanoTime();
        return queues.group(
                first, options.maxGroup(), options.maxGroupBytes(), entry -> !paused.isPaused(entry.keys(), now));
    }

    private void start(Group group) {
        groups++;
        slowGroups += group.slow ? 1 : 0;
        queues.hold(group.entries);
        group.entries.forEach(entry -> places.put(entry.job().job().orElseThrow(), entry.place()));
        execute(io, () -> group.run(Pool.IO, () -> handler.begin(group.jobs)));
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

    private static void execute(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: what has not started is dropped");
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
                    execute(further.pool() == Pool.WORKER ? workers : io, () -> run(further.pool(), further.body()));
                }
            } catch (RuntimeException | Error e) {
                end();
                onError.accept(jobs, e);
            }
        }

        private void end() {
            synchronized (lock) {
                groups--;
                slowGroups -= slow ? 1 : 0;
                jobs.forEach(places::remove);
                queues.leave(entries).forEach(KeyedExecutor.this::offer);
                offerSlow();
                startReady();
            }
        }
    }

    /**
     * Stops the workers at once, and the I/O threads when their tasks have ended or the limit has passed. Jobs that
     * have not started are dropped: their offsets are not committed.
     */
    public void close(Duration limit) {
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

    @Override
    public void close() {
        close(Duration.ZERO);
    }
}
