package io.webhookmemory.processor.record;

import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.zoho.crm.ZohoTimes;
import java.time.Instant;

/** The time of the state that an event shows. */
final class ChangeTime {
    private ChangeTime() {}

    /**
     * The record's own {@code Modified_Time} if it can be read, else the event's timestamp. For an event that was
     * routed before, always the timestamp, which is the time of the newest change in the record.
     */
    static Instant of(WebhookEvent event) {
        return event.wasRouted()
                ? event.timestamp()
                : ZohoTimes.read(event.recordData().path("Modified_Time")).orElse(event.timestamp());
    }
}
