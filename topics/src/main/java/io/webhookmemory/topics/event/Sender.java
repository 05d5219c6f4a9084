package io.webhookmemory.topics.event;

/**
 * Who sent a webhook, as far as its authentication proves it.
 *
 * @param source how it was authenticated
 * @param channelId the Zoho channel whose token was in the body; null for any other source
 */
public record Sender(EventSource source, String channelId) {
    /** A sender that is known by its source alone. */
    public static Sender of(EventSource source) {
        return new Sender(source, null);
    }
}
