package io.webhookmemory.zoho.webhook;

import io.webhookmemory.topics.event.Sender;
import java.time.Instant;
import java.util.Optional;

/**
 * The data that arrived with a webhook's body and that parsing depends on.
 *
 * @param contentType the sender's {@code Content-Type}; nullable. Determines the charset, and whether the body may be a form
 * @param eventId the sender's {@code X-Zoho-Event-Id}; nullable
 * @param sender the authenticated sender
 * @param target empty if the path has no module and operation
 */
public record Delivery(
        String contentType, String eventId, Sender sender, Instant receivedAt, Optional<PathTarget> target) {

    /** A delivery to the path without a module. */
    public Delivery(String contentType, String eventId, Sender sender, Instant receivedAt) {
        this(contentType, eventId, sender, receivedAt, Optional.empty());
    }
}
