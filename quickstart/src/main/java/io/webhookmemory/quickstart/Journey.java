package io.webhookmemory.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.Optional;

/**
 * The result of one posted webhook, as far as it is known.
 *
 * @param routed the event as found on a module topic, and that topic; empty for a duplicate, which is not routed
 * @param arrival where it ended, in words: its document in memory, or a dead letter
 */
record Journey(
        SampleWebhooks.Sample webhook,
        int httpStatus,
        String answer,
        Optional<Routed> routed,
        Optional<String> arrival) {

    /** An event on its module topic. */
    record Routed(String topic, WebhookEvent event) {}

    static Journey begun(SampleWebhooks.Sample webhook, HttpResponse<String> response) {
        return new Journey(webhook, response.statusCode(), answer(response.body()), Optional.empty(), Optional.empty());
    }

    boolean accepted() {
        return "accepted".equals(answer);
    }

    boolean over() {
        return !accepted() || arrival.isPresent();
    }

    Journey routed(Routed found) {
        return new Journey(webhook, httpStatus, answer, Optional.of(found), arrival);
    }

    Journey arrived(String where) {
        return new Journey(webhook, httpStatus, answer, routed, Optional.of(where));
    }

    // Success bodies carry "status", problem bodies "title".
    private static String answer(String body) {
        try {
            JsonNode json = Json.MAPPER.readTree(body);
            return json.path("status").isTextual()
                    ? json.path("status").asText()
                    : json.path("title").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
