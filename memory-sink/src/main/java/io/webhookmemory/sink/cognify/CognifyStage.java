package io.webhookmemory.sink.cognify;

import io.webhookmemory.sink.OutageGate;
import io.webhookmemory.sink.SinkMetrics;
import io.webhookmemory.sink.cognee.Memory;
import io.webhookmemory.sink.cognee.MemoryException;
import io.webhookmemory.sink.consume.Delivery;
import io.webhookmemory.sink.consume.Lanes;
import io.webhookmemory.sink.failure.Failure;
import io.webhookmemory.sink.retry.FailedEvents;
import io.webhookmemory.sink.retry.RetryPolicy;
import io.webhookmemory.sink.sync.Outcome;
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

/**
 * Has graphs built: one run for all requests of a dataset that came together, at once where one of them is critical, one
 * run of a dataset at a time. Requests that come during a run wait for the next.
 *
 * <p>A run takes its turn in the dataset's lane: Cognee locks the dataset for as long, and a document sent meanwhile would
 * only hold up a worker. What bounds the runs is taken when the turn has come, and where it is not to be had the turn is
 * given up: a run that only waits holds up no other dataset's, nor the documents behind it.
 */
public final class CognifyStage implements AutoCloseable {
    private static final JsonSerde<CognifyRequest> REQUESTS = JsonSerde.cognifyRequest();
    private static final long TICK_MILLIS = 50;

    private final Memory memory;
    private final Lanes lanes;
    private final OutageGate gate;
    private final FailedEvents failedEvents;
    private final RetryPolicy policy;
    private final Settings settings;
    private final SinkMetrics metrics;
    private final Consumer<Throwable> onFatal;
    private final Clock clock;
    private final ExecutorService workers;
    private final ScheduledExecutorService ticker;
    private final Semaphore slots;
    private final Map<String, Batch> waiting = new HashMap<>();
    private final Set<String> inLine = new HashSet<>();

    /**
     * When a run is due.
     *
     * @param batchSize so many requests are enough
     * @param batchTimeout so long a request waits at most
     * @param concurrency datasets at once
     */
    public record Settings(int batchSize, Duration batchTimeout, int concurrency) {}

    public CognifyStage(
            Memory memory,
            Lanes lanes,
            OutageGate gate,
            FailedEvents failedEvents,
            RetryPolicy policy,
            Settings settings,
            SinkMetrics metrics,
            Consumer<Throwable> onFatal,
            Clock clock) {
        this.memory = memory;
        this.lanes = lanes;
        this.gate = gate;
        this.failedEvents = failedEvents;
        this.policy = policy;
        this.settings = settings;
        this.metrics = metrics;
        this.onFatal = onFatal;
        this.clock = clock;
        this.slots = new Semaphore(settings.concurrency());
        // Not a pool of so many: who finds no slot is to say so at once.
        this.workers = Executors.newCachedThreadPool(task -> new Thread(task, "cognify"));
        this.ticker = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "cognify-schedule"));
    }

    public void start() {
        ticker.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Takes a request; returns at once. */
    public void accept(Delivery delivery) {
        CognifyRequest request = read(delivery);
        if (request == null) {
            Outcome.Failed invalid = new Outcome.Failed(
                    new Failure.Permanent("invalid_request"),
                    "not a cognify request",
                    SerializationException.class.getName());
            lanes.submitNotes(Set.of("invalid cognify requests"), () -> {
                if (delivery.start()) {
                    giveUp(List.of(delivery), invalid, 1);
                }
            });
            return;
        }
        synchronized (this) {
            Batch batch = waiting.getOrDefault(
                    request.dataset(), Batch.dueBy(clock.instant().plus(settings.batchTimeout())));
            waiting.put(request.dataset(), batch.with(delivery, request.critical()));
        }
    }

    private static CognifyRequest read(Delivery delivery) {
        try {
            CognifyRequest request = REQUESTS.fromBytes(delivery.message().value());
            return request == null || request.dataset() == null ? null : request;
        } catch (SerializationException e) {
            return null;
        }
    }

    private void tick() {
        try {
            lineUpDue();
        } catch (RuntimeException | Error e) {
            // The schedule would end with it, and nobody would know.
            onFatal.accept(e);
        }
    }

    private synchronized void lineUpDue() {
        int free = slots.availablePermits();
        if (free == 0 || gate.isOpen()) {
            return;
        }
        Instant now = clock.instant();
        List<String> due = waiting.entrySet().stream()
                .filter(entry -> isDue(entry.getValue(), now) && !inLine.contains(entry.getKey()))
                .sorted(Comparator.comparing(entry -> entry.getValue().dueBy()))
                .limit(free)
                .map(Map.Entry::getKey)
                .toList();
        for (String dataset : due) {
            inLine.add(dataset);
            lanes.submit(Set.of(Lanes.dataset(dataset)), workers, () -> takeTurn(dataset));
        }
    }

    // A batch that failed before waits out its delay, however urgent.
    private boolean isDue(Batch batch, Instant now) {
        boolean enough = batch.failed().isEmpty()
                && (batch.critical() || batch.deliveries().size() >= settings.batchSize());
        return enough || !batch.dueBy().isAfter(now);
    }

    private void takeTurn(String dataset) {
        try {
            if (slots.tryAcquire()) {
                try {
                    if (gate.tryEnter()) {
                        run(dataset);
                    }
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

    private void run(String dataset) {
        Batch batch = takeUp(dataset);
        List<Delivery> granted =
                batch.deliveries().stream().filter(Delivery::start).toList();
        try {
            if (granted.isEmpty()) {
                gate.left();
            } else {
                if (memory.cognify(dataset)) {
                    gate.succeeded();
                } else {
                    // Nothing to build: that can be done while the LLM is away.
                    gate.passed();
                }
                granted.forEach(Delivery::done);
                metrics.cognified(granted.size());
            }
        } catch (MemoryException e) {
            failed(dataset, batch, granted, e);
        } catch (RuntimeException | Error e) {
            gate.left();
            Optional<Outcome.Failed> error = FailedEvents.internalError(e);
            if (error.isPresent()) {
                giveUp(granted, error.get(), batch.attempts() + 1);
            } else {
                granted.forEach(Delivery::release);
                onFatal.accept(e);
            }
        }
    }

    // As late as possible: what was asked for while the run waited for its turn is answered too.
    private synchronized Batch takeUp(String dataset) {
        return waiting.remove(dataset);
    }

    private void failed(String dataset, Batch batch, List<Delivery> granted, MemoryException e) {
        boolean isLast = batch.attempts() >= policy.maxRetries();
        boolean itsOwn;
        Duration pause;
        if (e.failure() instanceof Failure.Outage outage) {
            // A text on which the LLM fails whenever it is tried looks like an LLM that is down.
            itsOwn = gate.refused(
                    outage.reason(), outage.retryAfter(), new OutageGate.Try(dataset, batch.failed(), isLast));
            pause = itsOwn ? delay(batch.attempts() + 1, outage.retryAfter()) : Duration.ZERO;
        } else if (e.failure() instanceof Failure.Transient passing) {
            itsOwn = gate.failed(passing.reason(), new OutageGate.Try(dataset, batch.since(), isLast));
            pause = delay(batch.attempts() + (itsOwn ? 1 : 0), passing.retryAfter());
        } else {
            gate.succeeded();
            giveUp(granted, failed(e), batch.attempts() + 1);
            return;
        }
        if (itsOwn && isLast) {
            giveUp(granted, failed(e), batch.attempts() + 1);
        } else {
            again(dataset, granted, batch, pause, itsOwn);
        }
    }

    private Duration delay(int attempts, Optional<Duration> retryAfter) {
        return policy.delay(Math.max(1, attempts), retryAfter);
    }

    private static Outcome.Failed failed(MemoryException e) {
        return new Outcome.Failed(e.failure(), e.getMessage(), e.getClass().getName());
    }

    private synchronized void again(
            String dataset, List<Delivery> granted, Batch failed, Duration delay, boolean itsOwn) {
        granted.forEach(Delivery::putBack);
        Batch later = waiting.get(dataset);
        Instant now = clock.instant();
        Batch tried = new Batch(
                now.plus(delay), granted, failed.critical(), Optional.of(now), failed.attempts(), failed.since());
        Batch again = itsOwn ? tried.failedItself(now) : tried;
        waiting.put(dataset, later == null ? again : again.with(later));
    }

    /** One dead letter for the dataset: the newest request, which asks for all that the others ask for. */
    private void giveUp(List<Delivery> started, Outcome.Failed failed, int attempts) {
        try {
            failedEvents.deadLetter(started.stream().map(Delivery::message).toList(), failed, attempts);
            started.forEach(Delivery::done);
        } catch (RuntimeException e) {
            started.forEach(Delivery::release);
            onFatal.accept(e);
        }
    }

    /** Stops at once; a run that is cut off is asked for again. */
    @Override
    public void close() {
        ticker.shutdownNow();
        workers.shutdownNow();
        try {
            workers.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
