package io.webhookmemory.sink.pipeline;

import io.webhookmemory.sink.consume.InFlightRecord;
import io.webhookmemory.sink.consume.KeyedExecutor;
import io.webhookmemory.sink.consume.LeaseLostException;
import io.webhookmemory.sink.failure.CircuitGate;
import io.webhookmemory.sink.failure.Decision;
import io.webhookmemory.sink.failure.FailedAttempt;
import io.webhookmemory.sink.failure.History;
import io.webhookmemory.sink.failure.RetryRecords;
import io.webhookmemory.sink.memory.Outcome;
import io.webhookmemory.sink.memory.RecordSync;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Ends turns: decides about failures, makes the follow-up writes, and only then finishes the event. Thread-safe. */
final class Settlement {
    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    private final EventPipeline.Parts parts;
    private final KeyedExecutor<EventJob> executor;
    private final Consumer<EventJob> forget;

    Settlement(EventPipeline.Parts parts, KeyedExecutor<EventJob> executor, Consumer<EventJob> forget) {
        this.parts = parts;
        this.executor = executor;
        this.forget = forget;
    }

    /** Ends a turn with the result of carrying it out. */
    void carriedOut(Turn turn, RecordSync.Result result) {
        Outcome outcome = result.outcome();
        if (outcome instanceof Outcome.Done done) {
            report(turn, done);
            turn.end(new Turn.End.Applied(done, result.followUps()));
        } else if (outcome instanceof Outcome.Failed failed) {
            failed(
                    turn,
                    new FailedAttempt(failed.failure(), failed.message(), failed.exceptionClass()),
                    result.followUps(),
                    parts.memoryGate());
        } else if (outcome instanceof Outcome.Abandoned) {
            turn.end(new Turn.End.LeaseLost(result.followUps()));
        } else {
            throw new IllegalStateException("an outcome without a case: " + outcome.getClass());
        }
    }

    private void report(Turn turn, Outcome.Done done) {
        EventJob job = turn.job();
        if (done.changedMemory()) {
            job.datasets().forEach(dataset -> executor.resume(KeyedExecutor.dataset(dataset)));
        }
        boolean wroteDocument = done == Outcome.Done.ADDED || done == Outcome.Done.REPLACED;
        parts.memoryGate().settled(job.recordId(), job.history(), wroteDocument);
    }

    /** Ends a turn whose attempt failed. */
    void failed(Turn turn, FailedAttempt attempt, List<ProducerRecord<String, byte[]>> followUps, CircuitGate gate) {
        EventJob job = turn.job();
        Decision decision = gate.failed(job.recordId(), job.history(), attempt.failure());
        turn.end(new Turn.End.Failed(attempt, followUps, decision));
    }

    /** Makes the follow-up writes of the turns, and finishes them. */
    void settle(List<Turn> turns) {
        Map<Turn, List<ProducerRecord<String, byte[]>>> records = new LinkedHashMap<>();
        turns.forEach(turn -> {
            List<ProducerRecord<String, byte[]>> writes = writes(turn);
            if (!writes.isEmpty()) {
                records.put(turn, writes);
            }
        });
        write(records).forEach((turn, failure) -> {
            if (failure instanceof LeaseLostException) {
                lostBeforeFollowUps(turn);
            } else {
                refused(turn, failure);
            }
        });
        turns.forEach(turn -> turn.ended().settle(new Finish(turn)));
    }

    /** The follow-up writes were refused: the event is dead-lettered, unless it is not the event's fault. */
    private void refused(Turn turn, RuntimeException e) {
        Throwable cause = e;
        while (cause instanceof KafkaException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        FailedAttempt attempt = FailedAttempt.ofInternalError(cause).orElseThrow(() -> e);
        turn.plan().ifPresent(parts.sync()::followUpsRefused);
        failed(turn, attempt, List.of(), parts.memoryGate());
        RuntimeException failure = write(Map.of(turn, writes(turn))).get(turn);
        if (failure instanceof LeaseLostException) {
            lostBeforeFollowUps(turn);
        } else if (failure != null) {
            throw failure;
        }
    }

    private List<ProducerRecord<String, byte[]>> writes(Turn turn) {
        List<ProducerRecord<String, byte[]>> writes = new ArrayList<>();
        turn.ended().settle(new Turn.End.Cases() {
            @Override
            public void applied(Turn.End.Applied end) {
                writes.addAll(end.followUps());
            }

            @Override
            public void failed(Turn.End.Failed end) {
                writes.addAll(end.followUps());
                InFlightRecord inFlight = turn.job().inFlight();
                RetryRecords.of(
                                inFlight.message(),
                                turn.job().history(),
                                end.attempt(),
                                end.decision(),
                                parts.clock().instant())
                        .ifPresent(writes::add);
            }

            @Override
            public void queuedAgain() {}

            @Override
            public void leaseLost(Turn.End.LeaseLost end) {}
        });
        return writes;
    }

    private void lostBeforeFollowUps(Turn turn) {
        List<ProducerRecord<String, byte[]>> verifications = turn.plan()
                .flatMap(change -> parts.sync().verification(change))
                .map(List::of)
                .orElse(List.of());
        turn.end(new Turn.End.LeaseLost(verifications));
    }

    /**
     * Writes records for their turns' leases, together; blocks. If a turn's event is finished when it has ended, its end is
     * stored with the records.
     *
     * @return the turns whose records are not written, and why: {@link LeaseLostException} or {@link KafkaException}
     */
    Map<Turn, RuntimeException> write(Map<Turn, List<ProducerRecord<String, byte[]>>> records) {
        Map<InFlightRecord, Turn> turns = new LinkedHashMap<>();
        List<InFlightRecord.Writes> all = new ArrayList<>();
        records.forEach((turn, writes) -> {
            InFlightRecord lease = turn.job().inFlight();
            turns.put(lease, turn);
            all.add(new InFlightRecord.Writes(
                    lease, writes, turn.hasEnded() && turn.ended().isFinal()));
        });
        Map<Turn, RuntimeException> failures = new LinkedHashMap<>();
        InFlightRecord.writeTogether(all).forEach((lease, failure) -> failures.put(turns.get(lease), failure));
        return failures;
    }

    /** The remaining work after the follow-up writes. */
    private final class Finish implements Turn.End.Cases {
        private final EventJob job;

        Finish(Turn turn) {
            this.job = turn.job();
        }

        @Override
        public void applied(Turn.End.Applied end) {
            job.inFlight().done();
            parts.metrics().synced(job.event(), end.outcome());
            forget.accept(job);
        }

        @Override
        public void failed(Turn.End.Failed end) {
            Decision decision = end.decision();
            // For held events, the breaker logs one line instead of one per event.
            LOG.atLevel(decision.isWritten() ? Level.WARN : Level.DEBUG)
                    .addKeyValue("event_id", job.event().eventId())
                    .addKeyValue("module", job.event().module())
                    .addKeyValue("record_id", job.recordId())
                    .addKeyValue("reason", end.attempt().failure().reason())
                    .addKeyValue("decision", decision.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                    .log("event not applied");
            parts.metrics().decided(end.attempt().failure(), decision);
            decision.fold(retry -> done(), defer -> done(), hold -> hold(end, hold), dead -> done());
        }

        private boolean done() {
            job.inFlight().done();
            forget.accept(job);
            return true;
        }

        private boolean hold(Turn.End.Failed end, Decision.Hold hold) {
            History history = job.history()
                    .after(end.attempt().failure(), hold, parts.clock().instant());
            pause(hold);
            job.inFlight().putBack();
            executor.resubmit(job, job.after(history));
            return true;
        }

        private void pause(Decision.Hold hold) {
            if (hold.cause() == Decision.Cause.BUSY) {
                job.datasets().forEach(dataset -> executor.pause(KeyedExecutor.dataset(dataset), hold.delay()));
            } else if (!hold.delay().isZero()) {
                executor.pause(KeyedExecutor.record(job.recordId()), hold.delay());
            }
        }

        @Override
        public void queuedAgain() {}

        @Override
        public void leaseLost(Turn.End.LeaseLost end) {
            parts.verifications().accept(end.verifications());
            job.inFlight().release();
            forget.accept(job);
        }
    }

    /** Writes a record that is not applied here to the topic of the decision. */
    void put(InFlightRecord inFlight, FailedAttempt failed, Decision decision) {
        History history = History.of(inFlight.message(), parts.clock().instant());
        List<ProducerRecord<String, byte[]>> records = RetryRecords.of(
                        inFlight.message(),
                        history,
                        failed,
                        decision,
                        parts.clock().instant())
                .map(List::of)
                .orElseThrow();
        try {
            inFlight.writeLast(records);
            inFlight.done();
            parts.metrics().decided(failed.failure(), decision);
        } catch (LeaseLostException e) {
            inFlight.release();
        }
    }
}
