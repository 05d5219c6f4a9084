package io.webhookmemory.processor.record;

import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/** When the state that an event shows came to be. */
final class ChangeTime {
    private ChangeTime() {}

    /**
     * The record's own {@code Modified_Time} where it can be read, else the event's timestamp; that at once for an event
     * that was routed before, whose timestamp is that of the newest change in the record.
     */
    static Instant of(WebhookEvent event) {
        if (event.wasRouted()) {
            return event.timestamp();
        }
        String modified = event.recordData().path("Modified_Time").asText("");
        try {
            return modified.isEmpty()
                    ? event.timestamp()
                    : OffsetDateTime.parse(modified).toInstant();
        } catch (DateTimeParseException e) {
            return event.timestamp();
        }
    }
}
