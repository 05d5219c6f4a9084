package io.webhookmemory.sink.cognify;

import io.webhookmemory.sink.cognee.Memory;
import io.webhookmemory.sink.cognee.MemoryException;
import io.webhookmemory.sink.consume.InFlightRecord;
import io.webhookmemory.sink.consume.KeyedExecutor;
import io.webhookmemory.sink.consume.LeaseLostException;
import io.webhookmemory.sink.failure.CircuitGate;
import io.webhookmemory.sink.failure.Decision;
import io.webhookmemory.sink.failure.FailedAttempt;
import io.webhookmemory.sink.failure.Failure;
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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has graphs built: one run for all requests of a dataset that came together, at once where one of them is critical, one
 * run of a dataset at a time. Requests that come during a run wait for the next.
 *
 * <p>A run takes its turn in the dataset's queue, because Cognee locks the dataset for as long and a document that is sent
 * meanwhile would only hold up a worker. The number of runs is bounded when the turn has come. Where no run is free then, the
 * turn is given up: a run that waits holds up neither another dataset's run nor the documents behind it. Thread-safe.
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
    private final Map<String, RequestBatch> waiting = new HashMap<>();
    private final Set<String> inLine = new HashSet<>();

    /**
     * When a run is due.
     *
     * @param batchSize so many requests are enough
     * @param batchTimeout so long a request waits at most
     * @param concurrency datasets at once
     */
    public record Settings(int batchSize, Duration batchTimeout, int concurrency) {}

    /**
     * Told of what happened.
     *
     * @param built gets the number of requests that a run answered
     * @param deadLettered gets the reason
     * @param fatal gets what the process must end for
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
        // Unbounded, so that a run that finds no slot gives up its turn at once.
        this.runs = Executors.newCachedThreadPool(task -> new Thread(task, "cognify"));
        this.ticker = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "cognify-schedule"));
    }

    public void start() {
        ticker.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Takes a request; returns at once. */
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
            RequestBatch batch = waiting.getOrDefault(
                    request.dataset(), RequestBatch.dueBy(clock.instant().plus(settings.batchTimeout())));
            waiting.put(request.dataset(), batch.with(pending, request.critical()));
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
            // The schedule would end with it, unnoticed.
            listener.fatal().accept(e);
        }
    }

    private synchronized void lineUpDue() {
        int free = slots.availablePermits();
        if (free == 0 || gate.isOpen()) {
            return;
        }
        Instant now = clock.instant();
        List<String> due = waiting.entrySet().stream()
                .filter(entry -> entry.getValue().isDue(now, settings.batchSize()) && !inLine.contains(entry.getKey()))
                .sorted(Comparator.comparing(entry -> entry.getValue().dueBy()))
                .limit(free)
                .map(Map.Entry::getKey)
                .toList();
        for (String dataset : due) {
            inLine.add(dataset);
            executor.submit(Set.of(KeyedExecutor.dataset(dataset)), runs, () -> takeTurn(dataset));
        }
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
                inLine.remove(dataset);
            }
        }
    }

    // The run reports its result itself: whether an outage is this dataset's own is for the policy to say.
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
            boolean built = memory.cognify(dataset);
            gate.settled(dataset, batch.history(), built);
            if (!built) {
                // The LLM was not needed, so this says nothing about it.
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

    // As late as possible: what was asked for while the run waited for its turn is answered too.
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

    // Requests wait here and not in a retry topic: one run answers them all.
    private synchronized void again(String dataset, RequestBatch failed) {
        failed.requests().forEach(PendingRequest::putBack);
        RequestBatch later = waiting.get(dataset);
        waiting.put(dataset, later == null ? failed : failed.with(later));
    }

    /** One dead letter for the dataset: the newest request, which asks for all that the others ask for. */
    private void deadLetter(List<PendingRequest> granted, FailedAttempt failed, History history) {
        PendingRequest newest = granted.get(granted.size() - 1);
        try {
            newest.write(List.of(RetryRecords.deadLetter(
                    granted.stream().map(PendingRequest::message).toList(),
                    failed,
                    history.retries() + 1,
                    clock.instant())));
            granted.forEach(PendingRequest::done);
            listener.deadLettered().accept(failed.failure().reason());
        } catch (LeaseLostException e) {
            granted.forEach(PendingRequest::release);
        } catch (RuntimeException e) {
            granted.forEach(PendingRequest::release);
            listener.fatal().accept(e);
        }
    }

    /** Stops at once; a run that is cut off is asked for again. */
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
