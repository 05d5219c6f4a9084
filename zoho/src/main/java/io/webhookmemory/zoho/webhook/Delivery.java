package io.webhookmemory.zoho.webhook;

import io.webhookmemory.topics.event.Sender;
import java.time.Instant;
import java.util.Optional;

/**
 * What arrived with a webhook's body and its parsing depends on.
 *
 * @param contentType the sender's {@code Content-Type}; nullable. It says the charset, and whether what is not JSON is a form
 * @param eventId the sender's {@code X-Zoho-Event-Id}; nullable
 * @param sender proven by the webhook's authentication
 * @param target empty where the path names no module and operation
 */
public record Delivery(
        String contentType, String eventId, Sender sender, Instant receivedAt, Optional<PathTarget> target) {

    /** A delivery to the path that names no module. */
    public Delivery(String contentType, String eventId, Sender sender, Instant receivedAt) {
        this(contentType, eventId, sender, receivedAt, Optional.empty());
    }
}
