package io.webhookmemory.sink;

import io.webhookmemory.sink.EventApplier.Attempt;
import io.webhookmemory.sink.consume.Delivery;
import io.webhookmemory.sink.consume.Lanes;
import io.webhookmemory.sink.failure.Failure;
import io.webhookmemory.sink.retry.FailedEvents;
import io.webhookmemory.sink.sync.Outcome;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.InvalidEventException;
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

    private static final Outcome.Failed BUSY =
            new Outcome.Failed(new Failure.Transient("busy", Optional.empty()), "its dataset is busy", "");
    /** A timeout too, which its patience counts from the first to the last of; though this event made no call. */
    private static final Outcome.Failed SLOW = new Outcome.Failed(
            new Failure.Transient(Failure.TIMEOUT, Optional.empty()), "its dataset did not answer in time", "");

    private final Lanes lanes;
    private final int maxQueued;
    private final EventApplier applier;
    private final FailedEvents failedEvents;
    private final SinkMetrics metrics;
    private final Consumer<Throwable> onFatal;
    private final PendingEvents pending = new PendingEvents();

    /** @param maxQueued events of one dataset that wait here at most; more are put off */
    EventWorker(
            Lanes lanes,
            int maxQueued,
            EventApplier applier,
            FailedEvents failedEvents,
            SinkMetrics metrics,
            Consumer<Throwable> onFatal) {
        this.lanes = lanes;
        this.maxQueued = maxQueued;
        this.applier = applier;
        this.failedEvents = failedEvents;
        this.metrics = metrics;
        this.onFatal = onFatal;
    }

    /** Puts a delivery in line; called by the polling threads, returns at once. */
    void accept(Delivery delivery) {
        try {
            lineUp(delivery);
        } catch (RuntimeException | Error e) {
            Optional<Outcome.Failed> failed = unexpected(delivery, e);
            if (failed.isEmpty()) {
                throw e;
            }
            aside(delivery, () -> failedEvents.put(delivery.message(), failed.get()));
        }
    }

    private void lineUp(Delivery delivery) {
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
        Set<String> keys = applier.keys(event);
        boolean isSlow = applier.isSlow(event);
        int most = isSlow ? 1 : maxQueued;
        if (failedEvents.canPutOff() && keys.stream().anyMatch(key -> lanes.queued(key) >= most)) {
            // Its dataset is busy for long, perhaps with its graph: what waits must not fill this process.
            aside(delivery, () -> failedEvents.putOff(delivery.message(), isSlow ? SLOW : BUSY));
            return;
        }
        applier.announce(event);
        new Task(delivery, event, Optional.empty(), keys, pending.add(event, keys)).submit();
    }

    /** Empty where the process has to end. */
    private static Optional<Outcome.Failed> unexpected(Delivery delivery, Throwable e) {
        Optional<Outcome.Failed> failed = FailedEvents.internalError(e);
        failed.ifPresent(error -> LOG.atError()
                .addKeyValue("key", delivery.message().key())
                .addKeyValue("exception", error.exceptionClass())
                .log(error.message()));
        return failed;
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
            while (applier.enter()) {
                if (!delivery.start()) {
                    applier.leave();
                    break;
                }
                if (pending.isSuperseded(ticket)) {
                    applier.leave();
                    metrics.synced(event, Outcome.Done.COALESCED);
                    delivery.done();
                    break;
                }
                Optional<Attempt> made = attempt();
                if (made.isEmpty()) {
                    break;
                }
                Attempt attempt = made.get();
                if (attempt instanceof Attempt.Abandoned) {
                    delivery.release();
                    break;
                }
                if (attempt instanceof Attempt.LinesUpAnew anew) {
                    delivery.putBack();
                    new Task(delivery, event, Optional.of(anew.newest()), anew.keys(), ticket).submit();
                    return Lanes.NOTHING;
                }
                if (attempt instanceof Attempt.Refused) {
                    // Held here, not by the partition: that may be taken away meanwhile.
                    delivery.putBack();
                    continue;
                }
                return () -> {
                    finishing(delivery, () -> settle(attempt));
                    forget();
                };
            }
            forget();
            return Lanes.NOTHING;
        }

        /** Empty where the process has to end. */
        private Optional<Attempt> attempt() {
            try {
                return Optional.of(applier.attempt(delivery, ticket.asUrgent(event), read.map(ticket::asUrgent), keys));
            } catch (RuntimeException | Error e) {
                applier.leave();
                Optional<Outcome.Failed> failed = unexpected(delivery, e);
                if (failed.isEmpty()) {
                    delivery.release();
                    onFatal.accept(e);
                }
                return failed.map(error -> new Attempt.Failed(error, Lanes.NOTHING, true));
            }
        }

        private void forget() {
            pending.remove(ticket);
            applier.forget(event);
        }

        private void settle(Attempt attempt) {
            try {
                conclude(attempt);
            } catch (RuntimeException | Error e) {
                Optional<Outcome.Failed> failed = unexpected(delivery, e);
                if (failed.isEmpty()) {
                    throw e;
                }
                putAway(failed.get(), true);
            }
        }

        private void conclude(Attempt attempt) {
            if (attempt instanceof Attempt.Applied applied) {
                applied.notes().run();
                metrics.synced(event, applied.outcome());
            } else if (attempt instanceof Attempt.PutOff) {
                failedEvents.putOff(delivery.message(), SLOW);
            } else if (attempt instanceof Attempt.Failed failed) {
                failed.notes().run();
                putAway(failed.outcome(), failed.isOwn());
            }
        }

        private void putAway(Outcome.Failed failed, boolean isOwn) {
            LOG.atWarn()
                    .addKeyValue("event_id", event.eventId())
                    .addKeyValue("module", event.module())
                    .addKeyValue("record_id", event.recordId())
                    .addKeyValue("reason", failed.failure().reason())
                    .log("event not applied");
            if (!isOwn) {
                failedEvents.putOffShortly(delivery.message(), failed);
            } else {
                failedEvents.put(delivery.message(), failed);
            }
        }
    }
}
