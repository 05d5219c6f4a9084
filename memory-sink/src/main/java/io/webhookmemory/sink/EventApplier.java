package io.webhookmemory.sink;

import io.webhookmemory.sink.cognee.Failure;
import io.webhookmemory.sink.consume.Delivery;
import io.webhookmemory.sink.consume.Lanes;
import io.webhookmemory.sink.retry.FailedEvents;
import io.webhookmemory.sink.retry.Replays;
import io.webhookmemory.sink.source.RecordSource;
import io.webhookmemory.sink.source.SourceException;
import io.webhookmemory.sink.sync.Outcome;
import io.webhookmemory.sink.sync.RecordSync;
import io.webhookmemory.topics.event.WebhookEvent;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Applies one event: reads its record where that is kept, brings memory to it, and tells the gates how either side did.
 * Thread-safe.
 */
final class EventApplier {
    private final RecordSource source;
    private final OutageGate sourceGate;
    private final RecordSync sync;
    private final OutageGate memoryGate;
    private final FailedEvents failedEvents;
    private final Replays replays;

    EventApplier(
            RecordSource source,
            OutageGate sourceGate,
            RecordSync sync,
            OutageGate memoryGate,
            FailedEvents failedEvents,
            Replays replays) {
        this.source = source;
        this.sourceGate = sourceGate;
        this.sync = sync;
        this.memoryGate = memoryGate;
        this.failedEvents = failedEvents;
        this.replays = replays;
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

        /** The other side refuses everybody: to be tried again when the gates open. */
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
        Optional<WebhookEvent> newest;
        try {
            newest = read.isPresent() ? read : source.newest(event);
        } catch (SourceException e) {
            memoryGate.left();
            Outcome.Failed failed =
                    new Outcome.Failed(e.failure(), e.getMessage(), e.getClass().getName());
            return failed(failed, Lanes.NOTHING, sourceGate, delivery);
        }
        if (newest.isEmpty()) {
            memoryGate.left();
            sourceGate.succeeded();
            return new Attempt.Applied(Outcome.Done.ABSENT, Lanes.NOTHING);
        }
        Set<String> keysNow = keys(newest.get());
        if (!keys.containsAll(keysNow)) {
            leave();
            return new Attempt.LinesUpAnew(newest.get(), keysNow);
        }
        sourceGate.succeeded();
        return applied(delivery, newest.get());
    }

    private Attempt applied(Delivery delivery, WebhookEvent newest) {
        RecordSync.Applied applied = sync.apply(newest, replays.startOf(delivery.message()), delivery::isOurs);
        if (applied.outcome() instanceof Outcome.Done done) {
            memoryGate.succeeded();
            return new Attempt.Applied(done, applied.notes());
        }
        if (applied.outcome() instanceof Outcome.Failed failed) {
            return failed(failed, applied.notes(), memoryGate, delivery);
        }
        // Who does the event anew finds this part of it done.
        applied.notes().run();
        memoryGate.left();
        return new Attempt.Abandoned();
    }

    private Attempt failed(Outcome.Failed outcome, Runnable notes, OutageGate responsible, Delivery delivery) {
        if (outcome.failure() instanceof Failure.Outage outage) {
            // The event will be tried again, and then finds this part of it done.
            notes.run();
            responsible.refused(outage.reason());
            return new Attempt.Refused();
        }
        if (outcome.failure() instanceof Failure.Transient passing) {
            boolean isOwn = responsible.failed(passing.reason(), failedEvents.tried(delivery.message(), passing));
            return new Attempt.Failed(outcome, notes, isOwn);
        }
        responsible.succeeded();
        return new Attempt.Failed(outcome, notes, true);
    }
}
