package io.webhookmemory.sink.pipeline;

import io.webhookmemory.sink.consume.InFlightRecord;
import io.webhookmemory.sink.consume.KeyedExecutor;
import io.webhookmemory.sink.failure.History;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.Headers;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * One event in the queues of its record and of its datasets.
 *
 * @param fetched the event with its record's state as fetched, if that has been done
 * @param datasets that the event may change
 * @param history of its failed attempts, including those in this process
 */
record EventJob(
        InFlightRecord inFlight,
        WebhookEvent event,
        Optional<WebhookEvent> fetched,
        Set<String> datasets,
        PendingEvents.Ticket ticket,
        History history)
        implements KeyedExecutor.Job {

    @Override
    public Set<String> keys() {
        Set<String> keys = new LinkedHashSet<>();
        keys.add(KeyedExecutor.record(event.recordId()));
        datasets.forEach(dataset -> keys.add(KeyedExecutor.dataset(dataset)));
        return keys;
    }

    /** An event that moves its record, or deletes a dataset, runs alone. */
    @Override
    public Optional<String> groupKey() {
        boolean deletesDataset =
                event.eventType() == EventType.DELETE && event.module().equals("Accounts");
        return deletesDataset || datasets.size() > 1
                ? Optional.empty()
                : datasets.stream().findFirst().map(KeyedExecutor::dataset);
    }

    @Override
    public int bytes() {
        return inFlight.bytes();
    }

    String recordId() {
        return event.recordId();
    }

    /** Whether further documents of the record are to be removed, which no other event does. */
    boolean isErasure() {
        return inFlight.message().headers().lastHeader(Headers.ERASE) != null;
    }

    EventJob fetchedAs(WebhookEvent newest, Set<String> datasetsNow) {
        return new EventJob(inFlight, event, Optional.of(newest), datasetsNow, ticket, history);
    }

    /** The same event after a failure; its record is fetched again. */
    EventJob after(History failed) {
        return new EventJob(inFlight, event, Optional.empty(), datasets, ticket, failed);
    }
}
