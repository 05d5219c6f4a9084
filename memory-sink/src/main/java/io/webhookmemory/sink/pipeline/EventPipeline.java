package io.webhookmemory.sink.pipeline;

import io.webhookmemory.cognee.Failure;
import io.webhookmemory.sink.consume.InFlightRecord;
import io.webhookmemory.sink.consume.KeyedExecutor;
import io.webhookmemory.sink.consume.KeyedExecutor.Pool;
import io.webhookmemory.sink.consume.KeyedExecutor.Step;
import io.webhookmemory.sink.consume.Lease;
import io.webhookmemory.sink.consume.LeaseLostException;
import io.webhookmemory.sink.failure.Backlog;
import io.webhookmemory.sink.failure.CircuitGate;
import io.webhookmemory.sink.failure.Decision;
import io.webhookmemory.sink.failure.FailedAttempt;
import io.webhookmemory.sink.failure.History;
import io.webhookmemory.sink.memory.Outcome;
import io.webhookmemory.sink.memory.RecordSync;
import io.webhookmemory.sink.source.RecordSource;
import io.webhookmemory.sink.source.SourceException;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.InvalidEventException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies events to memory: decode, queue, fetch, plan, carry out, settle. Events of one record are applied in order,
 * even while the record moves between accounts, because an event queues for its record and for each dataset that it may
 * change. Events that wait for the same dataset run together.
 *
 * <p>Only carrying out takes a worker; fetching and writing to Kafka do not. During an outage of a target, events wait
 * here and nothing is written. Thread-safe.
 */
public final class EventPipeline implements KeyedExecutor.Handler<EventJob> {
    private static final Logger LOG = LoggerFactory.getLogger(EventPipeline.class);

    private final Parts parts;
    private final KeyedExecutor<EventJob> executor;
    private final Settlement settlement;
    private final PendingEvents pending = new PendingEvents();
    private final Replays replays;

    /**
     * The parts that the pipeline uses.
     *
     * @param sourceGate of the source of records
     * @param verifications writes verify events; not fenced, because they are written after a lease was lost
     * @param backlog limits how many events of one dataset wait here
     * @param onFatal called with a failure that ends the process
     */
    public record Parts(
            RecordSource source,
            CircuitGate sourceGate,
            RecordSync sync,
            CircuitGate memoryGate,
            Consumer<List<ProducerRecord<String, byte[]>>> verifications,
            SinkMetrics metrics,
            Backlog backlog,
            Consumer<Throwable> onFatal,
            Clock clock) {}

    public EventPipeline(Parts parts, KeyedExecutor.Options options) {
        this.parts = parts;
        this.executor = new KeyedExecutor<>(options, this, this::stepFailed);
        this.settlement = new Settlement(parts, executor, this::forget);
        this.replays = new Replays(parts.clock());
    }

    /** The executor of the events, for other work that needs a dataset exclusively. */
    public KeyedExecutor<?> executor() {
        return executor;
    }

    /** Stops; events that have not started are read again. */
    public void close(Duration limit) {
        executor.close(limit);
    }

    /** Accepts a record; called by the polling thread, returns at once. */
    public void accept(InFlightRecord inFlight) {
        try {
            WebhookEvent event = EventCodec.fromBytes(inFlight.message().value());
            queue(inFlight, event);
        } catch (InvalidEventException e) {
            deadLetter(
                    inFlight,
                    new FailedAttempt(
                            new Failure.Permanent("invalid_event"),
                            e.getMessage(),
                            e.getClass().getName()));
        } catch (RuntimeException | Error e) {
            Optional<FailedAttempt> failed = internalError(e);
            if (failed.isEmpty()) {
                throw e;
            }
            deadLetter(inFlight, failed.get());
        }
    }

    private void queue(InFlightRecord inFlight, WebhookEvent event) {
        Set<String> datasets = parts.sync().affected(event);
        History history = History.of(inFlight.message(), parts.clock().instant());
        Optional<Backlog.Surplus> surplus = datasets.stream()
                .flatMap(dataset -> surplus(dataset, history).stream())
                .findFirst();
        if (surplus.isPresent()) {
            bypassQueues(
                    inFlight,
                    record -> settlement.put(
                            record, surplus.get().attempt(), surplus.get().decision()));
            return;
        }
        parts.source().announce(event);
        executor.submit(
                new EventJob(inFlight, event, Optional.empty(), datasets, pending.add(event, datasets), history));
    }

    private Optional<Backlog.Surplus> surplus(String dataset, History history) {
        String key = KeyedExecutor.dataset(dataset);
        return parts.backlog()
                .surplus(dataset, history, executor.queued(key), executor.queuedBytes(key), executor.isSlow(key));
    }

    private void deadLetter(InFlightRecord inFlight, FailedAttempt failed) {
        bypassQueues(inFlight, record -> settlement.put(record, failed, new Decision.DeadLetter()));
    }

    private void bypassQueues(InFlightRecord inFlight, Consumer<InFlightRecord> work) {
        Set<String> key = Set.of("bypass " + inFlight.message().key());
        executor.submit(key, executor.io(), () -> {
            if (inFlight.start()) {
                work.accept(inFlight);
            }
        });
    }

    /** Logs an internal error; empty if the process must end. */
    private static Optional<FailedAttempt> internalError(Throwable e) {
        Optional<FailedAttempt> failed = FailedAttempt.ofInternalError(e);
        failed.ifPresent(error ->
                LOG.atError().addKeyValue("exception", error.exceptionClass()).log(error.message()));
        return failed;
    }

    /**
     * Begins at once if a worker is idle. Otherwise waits for one, because events that wait may turn out to be superseded. In
     * an outage the workers wait, and all later events with them.
     */
    @Override
    public Step begin(List<EventJob> group) {
        if (executor.hasIdleWorker()
                && parts.memoryGate().isPassable()
                && parts.sourceGate().isPassable()) {
            return open(group);
        }
        return new Step(Pool.WORKER, () -> awaitGates(group));
    }

    private Step awaitGates(List<EventJob> group) {
        if (!parts.memoryGate().await() || !parts.sourceGate().await()) {
            group.forEach(this::forget);
            return null;
        }
        return open(group);
    }

    private Step open(List<EventJob> group) {
        List<Turn> turns = group.stream().filter(this::start).map(Turn::new).toList();
        return turns.isEmpty() ? null : new Step(Pool.IO, () -> prepare(turns));
    }

    private boolean start(EventJob job) {
        if (!job.inFlight().start()) {
            forget(job);
            return false;
        }
        if (!job.isErasure() && pending.isSuperseded(job.ticket())) {
            parts.metrics().synced(job.event(), Outcome.Done.COALESCED);
            job.inFlight().done();
            forget(job);
            return false;
        }
        return true;
    }

    private void forget(EventJob job) {
        pending.remove(job.ticket());
        parts.source().forget(job.event());
    }

    private Step prepare(List<Turn> turns) {
        turns.forEach(turn -> guarded(turn, () -> fetch(turn).ifPresent(newest -> plan(turn, newest))));
        writeIntents(unended(turns));
        List<Turn> planned = unended(turns);
        return planned.isEmpty()
                ? settle(turns)
                : new Step(Pool.WORKER, () -> {
                    carryOut(planned);
                    return new Step(Pool.IO, () -> settle(turns));
                });
    }

    private static List<Turn> unended(List<Turn> turns) {
        return turns.stream().filter(turn -> !turn.hasEnded()).toList();
    }

    /** The event with its record's newest state; empty if the turn has ended. */
    private Optional<WebhookEvent> fetch(Turn turn) {
        EventJob job = turn.job();
        Optional<WebhookEvent> newest;
        try {
            newest = job.fetched().isPresent() ? job.fetched() : parts.source().newest(job.event());
        } catch (SourceException e) {
            FailedAttempt failed =
                    new FailedAttempt(e.failure(), e.getMessage(), e.getClass().getName());
            settlement.failed(turn, failed, List.of(), parts.sourceGate());
            return Optional.empty();
        }
        if (job.fetched().isEmpty()) {
            boolean wasRead = parts.source().isRefreshing() && job.event().eventType() != EventType.DELETE;
            parts.sourceGate().settled(job.recordId(), job.history(), wasRead);
        }
        if (newest.isEmpty()) {
            turn.end(new Turn.End.Applied(Outcome.Done.ABSENT, List.of()));
        }
        return newest.map(job.ticket()::asUrgent);
    }

    private void plan(Turn turn, WebhookEvent newest) {
        EventJob job = turn.job();
        Set<String> datasets = parts.sync().affected(newest);
        if (!job.datasets().containsAll(datasets)) {
            job.inFlight().putBack();
            executor.resubmit(job, job.fetchedAs(newest, datasets));
            turn.end(new Turn.End.QueuedAgain());
            return;
        }
        turn.plan(parts.sync().plan(newest, replays.startOf(job.inFlight().message())));
    }

    private void writeIntents(List<Turn> turns) {
        Map<Turn, List<ProducerRecord<String, byte[]>>> intents = new LinkedHashMap<>();
        turns.stream()
                .filter(turn -> !turn.change().intents().isEmpty())
                .forEach(turn -> intents.put(turn, turn.change().intents()));
        settlement.write(intents).forEach((turn, failure) -> {
            if (!(failure instanceof LeaseLostException)) {
                throw failure;
            }
            turn.end(new Turn.End.LeaseLost(List.of()));
        });
    }

    private void carryOut(List<Turn> turns) {
        List<Lease> leases = new ArrayList<>();
        turns.forEach(turn -> leases.add(turn.job().inFlight()));
        List<RecordSync.Result> results;
        try {
            results = parts.sync().carryOut(turns.stream().map(Turn::change).toList(), leases);
        } catch (RuntimeException | Error e) {
            if (turns.size() == 1) {
                internalError(turns.get(0), e);
            } else {
                // One of them is the cause; only that one is dead-lettered. Every step can be repeated.
                turns.forEach(turn -> carryOut(List.of(turn)));
            }
            return;
        }
        for (int i = 0; i < turns.size(); i++) {
            settlement.carriedOut(turns.get(i), results.get(i));
        }
        turns.stream()
                .flatMap(turn -> turn.job().datasets().stream())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.summingInt(dataset -> 1)))
                .forEach(parts.backlog()::ended);
    }

    private Step settle(List<Turn> turns) {
        settlement.settle(turns);
        return null;
    }

    private void guarded(Turn turn, Runnable work) {
        try {
            work.run();
        } catch (LeaseLostException e) {
            turn.end(new Turn.End.LeaseLost(List.of()));
        } catch (RuntimeException | Error e) {
            internalError(turn, e);
        }
    }

    private void internalError(Turn turn, Throwable e) {
        FailedAttempt failed = internalError(e).orElseThrow(() -> new FatalFailure(e));
        settlement.failed(turn, failed, List.of(), parts.memoryGate());
    }

    /** Ends the process: an event whose records could not be written to Kafka must not be skipped. It is read again. */
    private void stepFailed(List<EventJob> jobs, Throwable e) {
        parts.onFatal().accept(e instanceof FatalFailure ? e.getCause() : e);
    }

    /** A failure that no single event causes. */
    private static final class FatalFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FatalFailure(Throwable cause) {
            super(cause);
        }
    }
}
