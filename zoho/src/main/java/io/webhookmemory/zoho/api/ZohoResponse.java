package io.webhookmemory.zoho.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.webhookmemory.topics.json.Json;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An answer of Zoho's API.
 *
 * @param status the HTTP status
 * @param body missing where there is none, or none that is JSON
 * @param retryAfter how long Zoho asked to be left alone
 * @param creditsLeft what Zoho says is left of the 24 hours' credits; it does so once half are spent
 */
record ZohoResponse(int status, JsonNode body, Optional<Duration> retryAfter, OptionalLong creditsLeft) {
    private static final int MAX_RETRY_AFTER_SECONDS = 3600;
    private static final int MAX_MESSAGE = 200;
    private static final String CODE = "[A-Z][A-Z0-9_]{1,60}";

    static ZohoResponse of(HttpResponse<String> response) {
        OptionalLong credits = number(response, "X-API-CREDITS-REMAINING");
        OptionalLong after = number(response, "Retry-After");
        Optional<Duration> retryAfter = after.isPresent()
                ? Optional.of(Duration.ofSeconds(Math.min(MAX_RETRY_AFTER_SECONDS, after.getAsLong())))
                : Optional.empty();
        return new ZohoResponse(response.statusCode(), json(response.body()), retryAfter, credits);
    }

    /** One element of this answer, as an answer of its own. */
    ZohoResponse element(JsonNode element) {
        return new ZohoResponse(status / 100 == 2 ? 400 : status, element, retryAfter, creditsLeft);
    }

    boolean isSuccess() {
        return status / 100 == 2 || status == 304;
    }

    /** Nothing found is 204, nothing changed is 304. */
    boolean isEmpty() {
        return status == 204 || status == 304;
    }

    /** Zoho's code; empty where it gave none, or nothing that looks like one. */
    Optional<String> code() {
        return Optional.of(body.path("code").asText()).filter(code -> code.matches(CODE));
    }

    String message() {
        String text = body.path("message").asText().replaceAll("\\p{Cntrl}", " ");
        return text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) : text;
    }

    /** Whether what is wrong is an id in the path. */
    boolean isAboutPath() {
        return body.path("details").has("resource_path_index");
    }

    private static JsonNode json(String body) {
        try {
            JsonNode json = Json.MAPPER.readTree(body);
            return json == null ? MissingNode.getInstance() : json;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static OptionalLong number(HttpResponse<?> response, String header) {
        return response.headers()
                .firstValue(header)
                .filter(value -> value.matches("\\d{1,9}"))
                .map(value -> OptionalLong.of(Long.parseLong(value)))
                .orElse(OptionalLong.empty());
    }
}
