package io.webhookmemory.ingress.webhook;

import io.webhookmemory.topics.event.WebhookEvent;
import java.util.List;

/** What a webhook's body turned out to be. */
public sealed interface Parsed {

    /**
     * A good webhook.
     *
     * @param eventId of the webhook as a whole; that of its event where there is one only
     * @param events at least one
     */
    record Events(String eventId, List<WebhookEvent> events) implements Parsed {}

    /** Not JSON, or not an object. */
    record NotJson() implements Parsed {}

    /**
     * JSON, and not a webhook we take.
     *
     * @param field what is missing or not allowed, as a path into the body
     */
    record Unprocessable(String field, String problem) implements Parsed {}

    /** More records or bytes of events than one webhook may become. */
    record TooLarge(String problem) implements Parsed {}
}
