package io.webhookmemory.zoho.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.webhookmemory.service.http.Response;
import io.webhookmemory.topics.json.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A response of Zoho's API.
 *
 * @param status the HTTP status
 * @param body missing if there is none, or it is not JSON
 * @param retryAfter how long Zoho asks to wait
 * @param creditsLeft the remaining credits of 24 hours, as reported by Zoho once half are spent
 */
record ZohoResponse(int status, JsonNode body, Optional<Duration> retryAfter, OptionalLong creditsLeft) {
    private static final int MAX_RETRY_AFTER_SECONDS = 3600;
    private static final int MAX_MESSAGE = 200;
    private static final String CODE = "[A-Z][A-Z0-9_]{1,60}";

    static ZohoResponse of(Response response) {
        OptionalLong credits = number(response, "X-API-CREDITS-REMAINING");
        OptionalLong after = number(response, "Retry-After");
        Optional<Duration> retryAfter = after.isPresent()
                ? Optional.of(Duration.ofSeconds(Math.min(MAX_RETRY_AFTER_SECONDS, after.getAsLong())))
                : Optional.empty();
        return new ZohoResponse(response.status(), json(response.body()), retryAfter, credits);
    }

    /** One element of this response, as a response of its own. */
    ZohoResponse element(JsonNode element) {
        return new ZohoResponse(status / 100 == 2 ? 400 : status, element, retryAfter, creditsLeft);
    }

    boolean isSuccess() {
        return status / 100 == 2 || status == 304;
    }

    /** 204 means nothing found, 304 nothing changed. */
    boolean isEmpty() {
        return status == 204 || status == 304;
    }

    /** Zoho's code; empty if there is none, or it does not look like one. */
    Optional<String> code() {
        return Optional.of(body.path("code").asText()).filter(code -> code.matches(CODE));
    }

    String message() {
        String text = body.path("message").asText().replaceAll("\\p{Cntrl}", " ");
        return text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) : text;
    }

    /** Whether the error concerns an id in the path. */
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

    private static OptionalLong number(Response response, String header) {
        return response.header(header)
                .filter(value -> value.matches("\\d{1,9}"))
                .map(value -> OptionalLong.of(Long.parseLong(value)))
                .orElse(OptionalLong.empty());
    }
}
