package io.webhookmemory.processor.record;

import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.zoho.crm.ZohoTimes;
import java.time.Instant;
import java.util.Optional;

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
        return ofRecord(event).isPresent();
    }

    /**
     * The record's own {@code Modified_Time} if it counts, else the event's timestamp. For an event that was routed before,
     * always the timestamp, which is the time of the newest change in the record.
     */
    static Instant of(WebhookEvent event) {
        return ofRecord(event).orElse(event.timestamp());
    }

    /**
     * A time later than the timestamp does not count: the ingress found it too far ahead. With it, all later changes would
     * count as older until that time is reached.
     */
    private static Optional<Instant> ofRecord(WebhookEvent event) {
        return event.wasRouted()
                ? Optional.empty()
                : ZohoTimes.read(event.recordData().path(MODIFIED_TIME))
                        .filter(time -> !time.isAfter(event.timestamp()));
    }
}
