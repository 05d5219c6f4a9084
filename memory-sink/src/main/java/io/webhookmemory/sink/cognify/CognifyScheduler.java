package io.webhookmemory.sink.cognify;

import io.webhookmemory.cognee.Failure;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.cognee.MemoryException;
import io.webhookmemory.sink.consume.InFlightRecord;
import io.webhookmemory.sink.consume.KeyedExecutor;
import io.webhookmemory.sink.consume.LeaseLostException;
import io.webhookmemory.sink.failure.CircuitGate;
import io.webhookmemory.sink.failure.Decision;
import io.webhookmemory.sink.failure.FailedAttempt;
import io.webhookmemory.sink.failure.History;
import io.webhookmemory.sink.failure.RetryRecords;
import io.webhookmemory.topics.event.CognifyRequest;
import io.webhookmemory.topics.wire.JsonSerde;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds graphs: one run for all waiting requests of a dataset, at once if one of them is critical, and one run per
 * dataset at a time. Requests that arrive during a run wait for the next, and for the pause after it.
 *
 * <p>A run waits in the dataset's queue, because Cognee locks the dataset during the run and a document sent meanwhile
 * would only block a worker. The number of concurrent runs is limited. If no slot is free when the run reaches the head
 * of the queue, it leaves the queue: a waiting run holds up neither another dataset's run nor the documents behind it.
 * Thread-safe.
 */
public final class CognifyScheduler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CognifyScheduler.class);
    private static final JsonSerde<CognifyRequest> REQUESTS = JsonSerde.cognifyRequest();
    private static final long TICK_MILLIS = 50;

    private final Memory memory;
    private final KeyedExecutor<?> executor;
    private final CircuitGate gate;
    private final Settings settings;
    private final Listener listener;
    private final Clock clock;
    private final ExecutorService runs;
    private final ScheduledExecutorService ticker;
    private final Semaphore slots;
    private final RunPace pace;
    private final Map<String, RequestBatch> waiting = new HashMap<>();
    private final Set<String> queued = new HashSet<>();
    private boolean started;
    private boolean ticking;

    /**
     * When a run is due.
     *
     * @param batchSize this many requests start a run
     * @param batchTimeout the longest wait of a request
     * @param concurrency datasets at once
     * @param share of the time in which the graph of one dataset is built at most, see {@link RunPace}
     */
    public record Settings(int batchSize, Duration batchTimeout, int concurrency, double share) {}

    /**
     * Receives events of the scheduler.
     *
     * @param built receives the number of requests that a run completed
     * @param deadLettered receives the reason
     * @param fatal receives the error that must end the process
     */
    public record Listener(Consumer<Integer> built, Consumer<String> deadLettered, Consumer<Throwable> fatal) {}

    /** @param gate of the graphs; its policy must be without patience, see {@code FailurePolicy.withoutPatience} */
    public CognifyScheduler(
            Memory memory,
            KeyedExecutor<?> executor,
            CircuitGate gate,
            Settings settings,
            Listener listener,
            Clock clock) {
        this.memory = memory;
        this.executor = executor;
        this.gate = gate;
        this.settings = settings;
        this.listener = listener;
        this.clock = clock;
        this.slots = new Semaphore(settings.concurrency());
        this.pace = new RunPace(settings.share());
        // Unbounded, so that a run that finds no slot leaves the queue at once.
        this.runs = Executors.newCachedThreadPool(task -> new Thread(task, "cognify"));
        this.ticker = new ScheduledThreadPoolExecutor(
                1, task -> new Thread(task, "cognify-schedule"), new ThreadPoolExecutor.DiscardPolicy());
    }

    public synchronized void start() {
        started = true;
        tickWhileWaiting();
    }

    /** Without waiting requests, no thread wakes up. */
    private synchronized void tickWhileWaiting() {
        if (started && !ticking && !waiting.isEmpty()) {
            ticking = true;
            ticker.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Accepts a request; returns at once. */
    public void accept(InFlightRecord record) {
        accept(PendingRequest.of(record));
    }

    void accept(PendingRequest pending) {
        CognifyRequest request = read(pending);
        if (request == null) {
            executor.submit(Set.of("invalid cognify requests"), runs, () -> reject(pending));
            return;
        }
        synchronized (this) {
            Instant now = clock.instant();
            RequestBatch batch =
                    waiting.getOrDefault(request.dataset(), RequestBatch.dueBy(now.plus(settings.batchTimeout())));
            waiting.put(request.dataset(), batch.with(pending, request.critical(), now));
            tickWhileWaiting();
        }
    }

    private static CognifyRequest read(PendingRequest pending) {
        try {
            CognifyRequest request = REQUESTS.fromBytes(pending.message().value());
            return request == null || request.dataset() == null ? null : request;
        } catch (SerializationException e) {
            return null;
        }
    }

    private void reject(PendingRequest pending) {
        if (pending.start()) {
            FailedAttempt invalid = new FailedAttempt(
                    new Failure.Permanent("invalid_request"),
                    "not a cognify request",
                    SerializationException.class.getName());
            deadLetter(List.of(pending), invalid, History.NONE);
        }
    }

    private void tick() {
        try {
            lineUpDue();
        } catch (RuntimeException | Error e) {
            // Nobody else would notice it.
            listener.fatal().accept(e);
        }
    }

    private synchronized void lineUpDue() {
        ticking = false;
        tickWhileWaiting();
        int free = slots.availablePermits();
        if (free == 0 || gate.isOpen()) {
            return;
        }
        Instant now = clock.instant();
        List<String> due = waiting.entrySet().stream()
                .filter(entry -> isDue(entry.getKey(), entry.getValue(), now))
                .sorted(Comparator.comparing(entry -> entry.getValue().dueBy()))
                .limit(free)
                .map(Map.Entry::getKey)
                .toList();
        for (String dataset : due) {
            queued.add(dataset);
            executor.submit(Set.of(KeyedExecutor.dataset(dataset)), runs, () -> takeTurn(dataset));
        }
    }

    private boolean isDue(String dataset, RequestBatch batch, Instant now) {
        return batch.isDue(now, settings.batchSize())
                && !queued.contains(dataset)
                && pace.permits(dataset, batch.critical(), now);
    }

    private void takeTurn(String dataset) {
        try {
            if (slots.tryAcquire()) {
                try {
                    runIfLetThrough(dataset);
                } finally {
                    slots.release();
                }
            }
        } finally {
            synchronized (this) {
                queued.remove(dataset);
            }
        }
    }

    // The run reports its result itself: the policy decides whether an outage is this dataset's own.
    private void runIfLetThrough(String dataset) {
        try {
            gate.call(
                    "cognify",
                    () -> {
                        run(dataset);
                        return true;
                    },
                    e -> Optional.empty(),
                    NotLetThroughException::new);
        } catch (NotLetThroughException e) {
            LOG.debug("breaker is open: the requests wait");
        }
    }

    private void run(String dataset) {
        RequestBatch batch = takeUp(dataset);
        List<PendingRequest> granted =
                batch.requests().stream().filter(PendingRequest::start).toList();
        if (granted.isEmpty()) {
            return;
        }
        try {
            Instant begin = clock.instant();
            boolean built = memory.cognify(dataset);
            pace.ran(dataset, begin, clock.instant());
            gate.settled(dataset, batch.history(), built, begin);
            if (!built) {
                // The run did not need the LLM, so its success proves nothing about it.
                gate.probe();
            }
            granted.forEach(PendingRequest::done);
            listener.built().accept(granted.size());
        } catch (MemoryException e) {
            FailedAttempt failed =
                    new FailedAttempt(e.failure(), e.getMessage(), e.getClass().getName());
            failed(dataset, batch, granted, failed);
        } catch (RuntimeException | Error e) {
            Optional<FailedAttempt> error = FailedAttempt.ofInternalError(e);
            if (error.isPresent()) {
                deadLetter(granted, error.get(), batch.history());
            } else {
                granted.forEach(PendingRequest::release);
                listener.fatal().accept(e);
            }
        }
    }

    // As late as possible, to include requests that arrived while the run waited in the queue.
    private synchronized RequestBatch takeUp(String dataset) {
        return waiting.remove(dataset);
    }

    private void failed(String dataset, RequestBatch batch, List<PendingRequest> granted, FailedAttempt failed) {
        Instant now = clock.instant();
        Decision decision = gate.failed(dataset, batch.history(), failed.failure());
        History history = batch.history().after(failed.failure(), decision, now);
        Optional<Duration> delay = decision.fold(
                retry -> Optional.of(retry.delay()),
                defer -> Optional.of(defer.delay()),
                hold -> Optional.of(hold.delay()),
                dead -> Optional.empty());
        if (delay.isPresent()) {
            again(dataset, new RequestBatch(now.plus(delay.get()), granted, batch.critical(), history));
        } else {
            deadLetter(granted, failed, batch.history());
        }
    }

    // Requests wait here and not in a retry topic, so that one run completes them all.
    private synchronized void again(String dataset, RequestBatch failed) {
        failed.requests().forEach(PendingRequest::putBack);
        RequestBatch later = waiting.get(dataset);
        waiting.put(dataset, later == null ? failed : failed.with(later));
        tickWhileWaiting();
    }

    /** Writes one dead letter for the dataset: the newest request, which stands for all of them. */
    private void deadLetter(List<PendingRequest> granted, FailedAttempt failed, History history) {
        PendingRequest newest = granted.get(granted.size() - 1);
        granted.subList(0, granted.size() - 1).forEach(PendingRequest::done);
        try {
            newest.writeLast(List.of(RetryRecords.deadLetter(
                    granted.stream().map(PendingRequest::message).toList(),
                    failed,
                    history.retries() + 1,
                    clock.instant())));
            newest.done();
            listener.deadLettered().accept(failed.failure().reason());
            LOG.atWarn()
                    .addKeyValue("dataset", newest.message().key())
                    .addKeyValue("reason", failed.failure().reason())
                    .log("graph not built: dead-lettered");
        } catch (LeaseLostException e) {
            newest.release();
        } catch (RuntimeException e) {
            newest.release();
            listener.fatal().accept(e);
        }
    }

    /** Stops at once; the requests of an interrupted run are read again. */
    @Override
    public void close() {
        ticker.shutdownNow();
        runs.shutdownNow();
        try {
            runs.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class NotLetThroughException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotLetThroughException(Failure.Outage outage) {
            super(outage.reason());
        }
    }
}
