package io.webhookmemory.sink;

import io.webhookmemory.topics.event.WebhookEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The newest event of each record among those that wait or are worked on. Since every event holds the whole record, an
 * older one in front of it need not be applied. Thread-safe.
 */
final class PendingEvents {
    private final Map<String, Ticket> newest = new HashMap<>();
    private final AtomicLong sequence = new AtomicLong();

    /** An event's place in line. */
    record Ticket(WebhookEvent event, long number) {}

    synchronized Ticket add(WebhookEvent event) {
        Ticket ticket = new Ticket(event, sequence.incrementAndGet());
        Ticket current = newest.get(event.recordId());
        if (current == null || !event.timestamp().isBefore(current.event().timestamp())) {
            newest.put(event.recordId(), ticket);
        }
        return ticket;
    }

    /** Whether a later event, at least as new, waits behind this one. */
    synchronized boolean isSuperseded(Ticket ticket) {
        Ticket current = newest.get(ticket.event().recordId());
        return current != null
                && current.number() > ticket.number()
                && !current.event().timestamp().isBefore(ticket.event().timestamp());
    }

    /** The event is no longer in line, done or not. */
    synchronized void remove(Ticket ticket) {
        newest.remove(ticket.event().recordId(), ticket);
    }
}
