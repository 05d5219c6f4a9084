package io.webhookmemory.sink;

import io.webhookmemory.sink.consume.Delivery;
import io.webhookmemory.sink.consume.Lanes;
import io.webhookmemory.sink.failure.Failure;
import io.webhookmemory.sink.retry.FailedEvents;
import io.webhookmemory.sink.retry.Replays;
import io.webhookmemory.sink.source.RecordSource;
import io.webhookmemory.sink.source.SourceException;
import io.webhookmemory.sink.sync.Outcome;
import io.webhookmemory.sink.sync.RecordSync;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Applies one event: reads its record where that is kept, brings memory to it, and tells the gates how either side did.
 * Thread-safe.
 */
final class EventApplier {
    private final RecordSource source;
    private final OutageGate sourceGate;
    private final RecordSync sync;
    private final LongSupplier answers;
    private final OutageGate memoryGate;
    private final FailedEvents failedEvents;
    private final Replays replays;
    private final SlowDatasets slow;

    /** @param answers how many calls memory has answered to this thread */
    EventApplier(
            RecordSource source,
            OutageGate sourceGate,
            RecordSync sync,
            LongSupplier answers,
            OutageGate memoryGate,
            FailedEvents failedEvents,
            Replays replays,
            SlowDatasets slow) {
        this.source = source;
        this.sourceGate = sourceGate;
        this.sync = sync;
        this.answers = answers;
        this.memoryGate = memoryGate;
        this.failedEvents = failedEvents;
        this.replays = replays;
        this.slow = slow;
    }

    /** What came of an attempt. */
    sealed interface Attempt {
        /**
         * The event has been dealt with.
         *
         * @param notes to be run before it counts as done
         */
        record Applied(Outcome.Done outcome, Runnable notes) implements Attempt {}

        /**
         * It has to be tried again later, or given up.
         *
         * @param notes to be run before it counts as dealt with
         * @param isOwn whether it is a failure of this event rather than of an outage
         */
        record Failed(Outcome.Failed outcome, Runnable notes, boolean isOwn) implements Attempt {}

        /** Its dataset is not to be tried now: others could do with the worker. */
        record PutOff() implements Attempt {}

        /** The other side refuses everybody, or there is no topic to put it off to: to be tried again when the gates open. */
        record Refused() implements Attempt {}

        /**
         * It touches more than it lined up for: the event before it moved the record, or Zoho says that it has moved.
         *
         * @param newest the event with its record's newest state
         * @param keys all that it has to line up for
         */
        record LinesUpAnew(WebhookEvent newest, Set<String> keys) implements Attempt {}

        /** Another instance does it. */
        record Abandoned() implements Attempt {}
    }

    /** The lanes that an event has to be first in. */
    Set<String> keys(WebhookEvent event) {
        Set<String> keys = new LinkedHashSet<>();
        keys.add(Lanes.record(event.recordId()));
        sync.affected(event).forEach(dataset -> keys.add(Lanes.dataset(dataset)));
        return keys;
    }

    /** Says that the event will be applied, so that its record can be read together with others. */
    void announce(WebhookEvent event) {
        source.announce(event);
    }

    void forget(WebhookEvent event) {
        source.forget(event);
    }

    /** Whether one of the datasets that it may change did not answer in time when last tried. */
    boolean isSlow(WebhookEvent event) {
        return slow.since(sync.affected(event)).isPresent();
    }

    /**
     * Waits until both sides may be called. Who was let through must say {@link #leave} or {@link #attempt}.
     *
     * @return false where the service is stopping
     */
    boolean enter() {
        if (!sourceGate.enter()) {
            return false;
        }
        if (!memoryGate.enter()) {
            sourceGate.left();
            return false;
        }
        return true;
    }

    void leave() {
        sourceGate.left();
        memoryGate.left();
    }

    /**
     * Tries it, after {@link #enter}.
     *
     * @param read the event with its record's state, where that has been read already
     * @param keys what the event is first in line for
     */
    Attempt attempt(Delivery delivery, WebhookEvent event, Optional<WebhookEvent> read, Set<String> keys) {
        Optional<SlowDatasets.Turn> turn = slow.turn(sync.affected(read.orElse(event)));
        if (turn.isEmpty() && failedEvents.canPutOff()) {
            leave();
            return new Attempt.PutOff();
        }
        try {
            return made(delivery, event, read, keys);
        } finally {
            turn.ifPresent(SlowDatasets.Turn::close);
        }
    }

    private Attempt made(Delivery delivery, WebhookEvent event, Optional<WebhookEvent> read, Set<String> keys) {
        boolean asks = read.isEmpty() && event.eventType() != EventType.DELETE;
        Optional<WebhookEvent> newest;
        try {
            newest = read.isPresent() ? read : source.newest(event);
        } catch (SourceException e) {
            memoryGate.left();
            Outcome.Failed failed =
                    new Outcome.Failed(e.failure(), e.getMessage(), e.getClass().getName());
            return failed(failed, Lanes.NOTHING, sourceGate, delivery, Optional.empty());
        }
        passed(sourceGate, asks);
        if (newest.isEmpty()) {
            memoryGate.left();
            return new Attempt.Applied(Outcome.Done.ABSENT, Lanes.NOTHING);
        }
        Set<String> keysNow = keys(newest.get());
        if (!keys.containsAll(keysNow)) {
            memoryGate.left();
            return new Attempt.LinesUpAnew(newest.get(), keysNow);
        }
        return applied(delivery, newest.get());
    }

    private Attempt applied(Delivery delivery, WebhookEvent newest) {
        long before = answers.getAsLong();
        Set<String> datasets = sync.affected(newest);
        RecordSync.Applied applied = sync.apply(newest, replays.startOf(delivery.message()), delivery::isOurs);
        if (applied.outcome() instanceof Outcome.Done done) {
            boolean called = answers.getAsLong() > before;
            passed(memoryGate, called);
            if (called) {
                slow.answered(datasets);
            }
            return new Attempt.Applied(done, applied.notes());
        }
        if (applied.outcome() instanceof Outcome.Failed failed) {
            Optional<Instant> slowSince = isTimeout(failed.failure()) ? slow.since(datasets) : Optional.empty();
            note(datasets, failed.failure());
            return failed(failed, applied.notes(), memoryGate, delivery, slowSince);
        }
        // Who does the event anew finds this part of it done.
        applied.notes().run();
        memoryGate.left();
        return new Attempt.Abandoned();
    }

    /** In an outage a timeout says nothing of a dataset. */
    private void note(Set<String> datasets, Failure failure) {
        if (isTimeout(failure)) {
            slow.timedOut(datasets);
        } else if (!(failure instanceof Failure.Outage)) {
            slow.answered(datasets);
        }
    }

    private static boolean isTimeout(Failure failure) {
        return failure instanceof Failure.Transient passing && passing.reason().equals(Failure.TIMEOUT);
    }

    /** What could be done without a call says nothing of the other side. */
    private static void passed(OutageGate gate, boolean called) {
        if (called) {
            gate.succeeded();
        } else {
            gate.left();
        }
    }

    /**
     * @param slowSince since when its dataset has not answered in time: that it does not again says nothing new of the
     *     other side
     */
    private Attempt failed(
            Outcome.Failed outcome,
            Runnable notes,
            OutageGate responsible,
            Delivery delivery,
            Optional<Instant> slowSince) {
        if (outcome.failure() instanceof Failure.Outage outage) {
            // The event will be tried again, and then finds this part of it done.
            notes.run();
            responsible.refused(outage.reason(), outage.retryAfter());
            return new Attempt.Refused();
        }
        if (outcome.failure() instanceof Failure.Transient passing) {
            OutageGate.Try tried = failedEvents.tried(delivery.message(), passing);
            boolean isOwn = responsible.failed(
                    passing.reason(),
                    new OutageGate.Try(tried.record(), tried.since().or(() -> slowSince), tried.isLast()));
            if (!isOwn && !failedEvents.canPutOff()) {
                notes.run();
                return new Attempt.Refused();
            }
            return new Attempt.Failed(outcome, notes, isOwn);
        }
        responsible.succeeded();
        return new Attempt.Failed(outcome, notes, true);
    }
}
