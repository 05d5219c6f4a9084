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
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.InvalidEventException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events from the module topics and the retry tiers alike through the lanes into memory. A record and a dataset
 * are each a lane: one record's events stay in order even while it moves from one account to another.
 */
final class EventWorker {
    private static final Logger LOG = LoggerFactory.getLogger(EventWorker.class);

    private final Lanes lanes;
    private final int maxQueued;
    private final RecordSource source;
    private final OutageGate sourceGate;
    private final Refreshes refreshes;
    private final RecordSync sync;
    private final Replays replays;
    private final FailedEvents failedEvents;
    private final OutageGate gate;
    private final SinkMetrics metrics;
    private final Consumer<Throwable> onFatal;
    private final PendingEvents pending = new PendingEvents();

    /** @param maxQueued events of one dataset that wait here at most; more are put off */
    EventWorker(
            Lanes lanes,
            int maxQueued,
            RecordSource source,
            OutageGate sourceGate,
            Refreshes refreshes,
            RecordSync sync,
            Replays replays,
            FailedEvents failedEvents,
            OutageGate gate,
            SinkMetrics metrics,
            Consumer<Throwable> onFatal) {
        this.lanes = lanes;
        this.maxQueued = maxQueued;
        this.source = source;
        this.sourceGate = sourceGate;
        this.refreshes = refreshes;
        this.sync = sync;
        this.replays = replays;
        this.failedEvents = failedEvents;
        this.gate = gate;
        this.metrics = metrics;
        this.onFatal = onFatal;
    }

    /** Puts a delivery in line; called by the polling threads, returns at once. */
    void accept(Delivery delivery) {
        WebhookEvent event;
        try {
            event = EventCodec.fromBytes(delivery.message().value());
        } catch (InvalidEventException e) {
            Outcome.Failed failed = new Outcome.Failed(
                    new Failure.Permanent("invalid_event"),
                    e.getMessage(),
                    e.getClass().getName());
            aside(delivery, () -> failedEvents.put(delivery.message(), failed));
            return;
        }
        Set<String> keys = keys(event);
        if (failedEvents.canPutOff() && keys.stream().anyMatch(key -> lanes.queued(key) >= maxQueued)) {
            // Its dataset is busy for long, perhaps with its graph: what waits must not fill this process.
            Outcome.Failed busy =
                    new Outcome.Failed(new Failure.Transient("busy", Optional.empty()), "its dataset is busy", "");
            aside(delivery, () -> failedEvents.putOff(delivery.message(), busy));
            return;
        }
        source.announce(event);
        new Task(delivery, event, Optional.empty(), keys, pending.add(event, keys)).submit();
    }

    private Set<String> keys(WebhookEvent event) {
        Set<String> keys = new LinkedHashSet<>();
        keys.add(Lanes.record(event.recordId()));
        sync.affected(event).forEach(dataset -> keys.add(Lanes.dataset(dataset)));
        return keys;
    }

    /** Writes an event to another topic, out of the others' way. */
    private void aside(Delivery delivery, Runnable write) {
        lanes.submitNotes(Set.of("aside " + delivery.message().key()), () -> {
            if (delivery.start()) {
                finishing(delivery, write);
            }
        });
    }

    private void finishing(Delivery delivery, Runnable work) {
        try {
            work.run();
            delivery.done();
        } catch (RuntimeException | Error e) {
            delivery.release();
            // What could not be written to Kafka must not be passed over: the process ends, and reads it again.
            onFatal.accept(e);
        }
    }

    /** One event's way through its lanes. */
    private final class Task {
        private final Delivery delivery;
        private final WebhookEvent event;
        private final Optional<WebhookEvent> read;
        private final Set<String> keys;
        private final PendingEvents.Ticket ticket;

        /** @param read the event with its record's state, where that has been read already */
        Task(
                Delivery delivery,
                WebhookEvent event,
                Optional<WebhookEvent> read,
                Set<String> keys,
                PendingEvents.Ticket ticket) {
            this.delivery = delivery;
            this.event = event;
            this.read = read;
            this.keys = keys;
            this.ticket = ticket;
        }

        void submit() {
            lanes.submit(keys, this::run);
        }

        private Runnable run() {
            while (enter()) {
                if (!delivery.start()) {
                    leave();
                    break;
                }
                if (pending.isSuperseded(ticket)) {
                    leave();
                    metrics.synced(event, Outcome.Done.COALESCED);
                    delivery.done();
                    break;
                }
                Attempt attempt;
                try {
                    attempt = attempt();
                } catch (RuntimeException | Error e) {
                    leave();
                    delivery.release();
                    onFatal.accept(e);
                    break;
                }
                if (attempt.elsewhere() != null) {
                    leave();
                    delivery.putBack();
                    attempt.elsewhere().submit();
                    return Lanes.NOTHING;
                }
                if (attempt.outcome() instanceof Outcome.Abandoned) {
                    attempt.gate().left();
                    delivery.release();
                    break;
                }
                if (isOutage(attempt.outcome())) {
                    attempt.gate()
                            .refused(((Outcome.Failed) attempt.outcome())
                                    .failure()
                                    .reason());
                    // Held here, not by the partition: that may be taken away meanwhile.
                    delivery.putBack();
                    continue;
                }
                Runnable settle = settling(attempt);
                return () -> {
                    finishing(delivery, settle);
                    forget();
                };
            }
            forget();
            return Lanes.NOTHING;
        }

        private void forget() {
            pending.remove(ticket);
            source.forget(event);
        }

        private boolean enter() {
            if (!sourceGate.enter()) {
                return false;
            }
            if (!gate.enter()) {
                sourceGate.left();
                return false;
            }
            return true;
        }

        private void leave() {
            sourceGate.left();
            gate.left();
        }

        private Attempt attempt() {
            Optional<WebhookEvent> newest;
            try {
                newest = read.isPresent() ? read : source.newest(event);
            } catch (SourceException e) {
                gate.left();
                Outcome failed = new Outcome.Failed(
                        e.failure(), e.getMessage(), e.getClass().getName());
                return new Attempt(event, failed, Lanes.NOTHING, sourceGate, null);
            }
            if (newest.isEmpty()) {
                gate.left();
                return new Attempt(event, Outcome.Done.ABSENT, Lanes.NOTHING, sourceGate, null);
            }
            Set<String> keysNow = keys(newest.get());
            if (!keys.containsAll(keysNow)) {
                // The event before it moved the record, or Zoho says that it has moved: back in line for all that it
                // touches.
                return new Attempt(
                        event, null, Lanes.NOTHING, gate, new Task(delivery, event, newest, keysNow, ticket));
            }
            sourceGate.succeeded();
            RecordSync.Applied applied =
                    sync.apply(newest.get(), replays.startOf(delivery.message()), delivery::isOurs);
            if (isOutage(applied.outcome()) || applied.outcome() instanceof Outcome.Abandoned) {
                // The event will be tried again, here or elsewhere, and then finds this part of it done.
                applied.notes().run();
            }
            return new Attempt(newest.get(), applied.outcome(), applied.notes(), gate, null);
        }

        private static boolean isOutage(Outcome outcome) {
            return outcome instanceof Outcome.Failed failed && failed.failure() instanceof Failure.Outage;
        }

        /** Tells the gate how it went; returns what is left to be written. */
        private Runnable settling(Attempt attempt) {
            if (attempt.outcome() instanceof Outcome.Failed failed) {
                boolean isOwn = isItsOwn(failed, attempt.gate());
                return () -> {
                    attempt.notes().run();
                    putAway(failed, isOwn);
                };
            }
            Outcome.Done done = (Outcome.Done) attempt.outcome();
            attempt.gate().succeeded();
            return () -> {
                attempt.notes().run();
                if (done.changedMemory()) {
                    refreshes.ofAccount(attempt.event());
                }
                metrics.synced(event, done);
            };
        }

        /** Whether it is a failure of this event rather than of an outage that has just been noticed. */
        private boolean isItsOwn(Outcome.Failed failed, OutageGate responsible) {
            if (failed.failure() instanceof Failure.Transient passing) {
                return responsible.failed(passing.reason(), failedEvents.hasFailedBefore(delivery.message()));
            }
            responsible.succeeded();
            return true;
        }

        private void putAway(Outcome.Failed failed, boolean isOwn) {
            LOG.atWarn()
                    .addKeyValue("event_id", event.eventId())
                    .addKeyValue("module", event.module())
                    .addKeyValue("record_id", event.recordId())
                    .addKeyValue("reason", failed.failure().reason())
                    .log("event not applied");
            if (!isOwn && failedEvents.canPutOff()) {
                failedEvents.putOff(delivery.message(), failed);
            } else {
                failedEvents.put(delivery.message(), failed);
            }
        }
    }

    /**
     * What came of an attempt.
     *
     * @param event with its record's newest state
     * @param notes of what it changed
     * @param gate of the side that gave the outcome
     * @param elsewhere the way to try it, in place of an outcome, where the event has to line up for more
     */
    private record Attempt(WebhookEvent event, Outcome outcome, Runnable notes, OutageGate gate, Task elsewhere) {}
}
