package io.webhookmemory.sink;

import io.webhookmemory.sink.cognee.Failure;
import io.webhookmemory.sink.consume.Delivery;
import io.webhookmemory.sink.consume.Lanes;
import io.webhookmemory.sink.retry.FailedEvents;
import io.webhookmemory.sink.sync.Outcome;
import io.webhookmemory.sink.sync.RecordSync;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.InvalidEventException;
import java.util.LinkedHashSet;
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
    private final RecordSync sync;
    private final FailedEvents failedEvents;
    private final OutageGate gate;
    private final SinkMetrics metrics;
    private final Consumer<Throwable> onFatal;
    private final PendingEvents pending = new PendingEvents();

    EventWorker(
            Lanes lanes,
            RecordSync sync,
            FailedEvents failedEvents,
            OutageGate gate,
            SinkMetrics metrics,
            Consumer<Throwable> onFatal) {
        this.lanes = lanes;
        this.sync = sync;
        this.failedEvents = failedEvents;
        this.gate = gate;
        this.metrics = metrics;
        this.onFatal = onFatal;
    }

    /** Puts a delivery in line; called by the polling threads, returns at once. */
    void accept(Delivery delivery) {
        try {
            WebhookEvent event = EventCodec.fromBytes(delivery.message().value());
            PendingEvents.Ticket ticket = pending.add(event);
            lanes.submit(keys(event), () -> work(delivery, ticket));
        } catch (InvalidEventException e) {
            Outcome.Failed failed = new Outcome.Failed(
                    new Failure.Permanent("invalid_event"),
                    e.getMessage(),
                    e.getClass().getName());
            lanes.submit(
                    Set.of("invalid"), () -> guarded(delivery, () -> failedEvents.put(delivery.message(), failed)));
        }
    }

    private Set<String> keys(WebhookEvent event) {
        Set<String> keys = new LinkedHashSet<>();
        keys.add("record " + event.recordId());
        sync.affected(event).forEach(dataset -> keys.add("dataset " + dataset));
        return keys;
    }

    private void work(Delivery delivery, PendingEvents.Ticket ticket) {
        try {
            guarded(delivery, () -> apply(delivery, ticket));
        } finally {
            pending.remove(ticket);
        }
    }

    private void apply(Delivery delivery, PendingEvents.Ticket ticket) {
        WebhookEvent event = ticket.event();
        if (pending.isSuperseded(ticket)) {
            metrics.synced(event, Outcome.Done.COALESCED);
            return;
        }
        Outcome outcome = sync.apply(event);
        while (outcome instanceof Outcome.Failed failed && failed.failure() instanceof Failure.Outage outage) {
            gate.shut(outage.reason());
            if (!gate.await()) {
                throw new Stopping();
            }
            outcome = sync.apply(event);
        }
        gate.passed();
        if (outcome instanceof Outcome.Failed failed) {
            LOG.atWarn()
                    .addKeyValue("event_id", event.eventId())
                    .addKeyValue("module", event.module())
                    .addKeyValue("record_id", event.recordId())
                    .addKeyValue("reason", failed.failure().reason())
                    .log("event not applied");
            failedEvents.put(delivery.message(), failed);
        } else if (outcome instanceof Outcome.Done done) {
            metrics.synced(event, done);
        }
    }

    /** The service stops while an event is held back by an outage. */
    private static final class Stopping extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Does the work if the partition is still ours, and says how it ended. */
    private void guarded(Delivery delivery, Runnable work) {
        if (!gate.await() || !delivery.start()) {
            return;
        }
        boolean done = false;
        try {
            work.run();
            done = true;
        } catch (Stopping e) {
            LOG.debug("stopping with an event held back");
        } catch (RuntimeException | Error e) {
            // What could not be written to Kafka must not be passed over: the process ends, and reads it again.
            onFatal.accept(e);
        } finally {
            if (done) {
                delivery.done();
            } else {
                delivery.release();
            }
        }
    }
}
