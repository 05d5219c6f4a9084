package io.webhookmemory.zoho.webhook;

import io.webhookmemory.topics.event.Sender;
import java.time.Instant;

/**
 * What arrived with a webhook's body and its parsing depends on.
 *
 * @param contentType the sender's {@code Content-Type}; nullable, and used for its charset only
 * @param eventId the sender's {@code X-Zoho-Event-Id}; nullable
 * @param sender proven by the webhook's authentication
 */
public record Delivery(String contentType, String eventId, Sender sender, Instant receivedAt) {}
