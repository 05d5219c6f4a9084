package io.webhookmemory.topics.wire;

import io.webhookmemory.topics.event.WebhookEvent;

/** An event to be written, whose record data may already be JSON. */
public final class PreparedEvent {
    private final WebhookEvent event;
    private final byte[] recordData;

    /** @param recordData the event's record data as JSON, so that it is not written once more; null if it is not JSON yet */
    public PreparedEvent(WebhookEvent event, byte[] recordData) {
        this.event = event;
        this.recordData = recordData;
    }

    public WebhookEvent event() {
        return event;
    }

    /** The event as JSON, see {@link EventCodec#toBytes(WebhookEvent, byte[])}. */
    public byte[] toBytes() {
        return EventCodec.toBytes(event, recordData);
    }
}
