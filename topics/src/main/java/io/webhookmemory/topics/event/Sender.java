package io.webhookmemory.topics.event;

/**
 * The sender of a webhook, as far as authentication proves it.
 *
 * @param source how it was authenticated
 * @param channelId the Zoho channel whose token was in the body; null for any other source
 */
public record Sender(EventSource source, String channelId) {
    /** A sender that is identified by its source alone. */
    public static Sender of(EventSource source) {
        return new Sender(source, null);
    }
}
