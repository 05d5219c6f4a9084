package io.webhookmemory.processor.record;

import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.zoho.crm.ZohoTimes;
import java.time.Instant;

/** When the state that an event shows came to be. */
public final class ChangeTime {
    private static final String MODIFIED_TIME = "Modified_Time";

    private ChangeTime() {}

    /** Whether the record has a {@code Modified_Time} that cannot be read; it counts as none. */
    public static boolean isUnreadable(WebhookEvent event) {
        return !event.wasRouted() && ZohoTimes.isUnreadable(event.recordData().path(MODIFIED_TIME));
    }

    /** Whether the time is that of the record, rather than of a notification about it. */
    static boolean isOfRecord(WebhookEvent event) {
        return !event.wasRouted()
                && ZohoTimes.read(event.recordData().path(MODIFIED_TIME)).isPresent();
    }

    /**
     * The record's own {@code Modified_Time} if it can be read, else the event's timestamp. For an event that was
     * routed before, always the timestamp, which is the time of the newest change in the record.
     */
    static Instant of(WebhookEvent event) {
        return event.wasRouted()
                ? event.timestamp()
                : ZohoTimes.read(event.recordData().path(MODIFIED_TIME)).orElse(event.timestamp());
    }
}
