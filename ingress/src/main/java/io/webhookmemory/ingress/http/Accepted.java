package io.webhookmemory.ingress.http;

import io.webhookmemory.zoho.webhook.Parsed;
import java.util.List;

/**
 * The body of a 200.
 *
 * @param rejected the first bad records; null, and omitted from the JSON, if there are none
 * @param rejectedCount the number of all bad records; null if there are none
 */
record Accepted(
        String status,
        String eventId,
        String message,
        boolean queued,
        List<Parsed.BadRecord> rejected,
        Integer rejectedCount) {
    private static final int MAX_NAMED = 100;

    static Accepted queued(Parsed.Events webhook) {
        return of("accepted", webhook, "stored for processing", true);
    }

    static Accepted duplicate(Parsed.Events webhook) {
        return of("duplicate", webhook, "received before", false);
    }

    private static Accepted of(String status, Parsed.Events webhook, String message, boolean queued) {
        List<Parsed.BadRecord> bad =
                webhook.remainder().map(Parsed.Remainder::records).orElse(List.of());
        return bad.isEmpty()
                ? new Accepted(status, webhook.eventId(), message, queued, null, null)
                : new Accepted(
                        status,
                        webhook.eventId(),
                        message,
                        queued,
                        bad.stream().limit(MAX_NAMED).toList(),
                        bad.size());
    }
}
