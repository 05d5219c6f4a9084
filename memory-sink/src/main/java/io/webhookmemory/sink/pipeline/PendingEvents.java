package io.webhookmemory.sink.pipeline;

import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The newest event of each record among the waiting and running ones. Every event contains the whole record, so an
 * older one in front of it need not be applied, unless it touches a dataset that the newer does not: a killed process
 * may have written the older one's document there, and only the older event knows. A verify event contains nothing of
 * the record: it neither replaces another event nor is replaced. Thread-safe.
 */
final class PendingEvents {
    private final Map<String, Ticket> newest = new HashMap<>();
    private final AtomicLong sequence = new AtomicLong();

    /**
     * An event's place in the queue.
     *
     * @param touched the datasets that it may change
     * @param urgent whether this event, or one that it replaces, is urgent
     */
    record Ticket(WebhookEvent event, Set<String> touched, long number, boolean urgent) {
        /** The event, or what was read of its record, as urgent as the ticket. */
        WebhookEvent asUrgent(WebhookEvent same) {
            return same.urgent() || !urgent
                    ? same
                    : same.routed(same.recordData(), same.timestamp(), same.accountId(), true, same.known());
        }
    }

    synchronized Ticket add(WebhookEvent event, Set<String> touched) {
        Ticket current = newest.get(event.recordId());
        boolean urgent = event.urgent() || (current != null && current.urgent());
        Ticket ticket = new Ticket(event, Set.copyOf(touched), sequence.incrementAndGet(), urgent);
        boolean saysAll = event.eventType() != EventType.VERIFY;
        if (saysAll
                && (current == null
                        || !event.timestamp().isBefore(current.event().timestamp()))) {
            newest.put(event.recordId(), ticket);
        }
        return ticket;
    }

    /** Whether a later event, at least as new, waits behind this one and does everything that this one would. */
    synchronized boolean isSuperseded(Ticket ticket) {
        Ticket current = newest.get(ticket.event().recordId());
        return current != null
                && ticket.event().eventType() != EventType.VERIFY
                && current.number() > ticket.number()
                && current.touched().containsAll(ticket.touched())
                && !current.event().timestamp().isBefore(ticket.event().timestamp());
    }

    /** The event left the queue, finished or not. */
    synchronized void remove(Ticket ticket) {
        newest.remove(ticket.event().recordId(), ticket);
    }
}
