package io.webhookmemory.cognee;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.service.http.Response;
import io.webhookmemory.topics.json.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A response of Cognee other than 2xx, reduced to what its classification needs.
 *
 * @param status the HTTP status as sent
 * @param text the error text; may quote a document, so keep it out of logs and messages
 * @param retryAfter how long the server asks to wait
 */
record ErrorResponse(int status, String text, Optional<Duration> retryAfter) {
    /** Cognee 1.5 returns 500 for nearly every error and puts the real status at the end of the text. */
    private static final Pattern HIDDEN_STATUS = Pattern.compile("\\(Status code: (\\d{3})\\)\\s*$");

    private static final Pattern ERROR_NAME =
            Pattern.compile("^(?:litellm\\.)?(\\w+(?:Error|Exception)|(?<=litellm\\.)\\w+):|\\[(\\w+)]\\s*$");
    private static final int MAX_RETRY_AFTER_SECONDS = 3600;

    static ErrorResponse of(Response response) {
        return of(response.status(), response.body(), response.header("Retry-After"));
    }

    /** @param retryAfter the header of that name */
    static ErrorResponse of(int status, String body, Optional<String> retryAfter) {
        return new ErrorResponse(status, textOf(body), retryAfter.flatMap(ErrorResponse::seconds));
    }

    /**
     * The real status: the one at the end of a 500's text; 403 if a 401 concerns a dataset instead of the caller's
     * credentials.
     */
    int meantStatus() {
        Matcher hidden = HIDDEN_STATUS.matcher(text);
        if (status == 500 && hidden.find()) {
            return Integer.parseInt(hidden.group(1));
        }
        return status == 401 && text.contains("UnauthorizedDataAccessError") ? 403 : status;
    }

    /**
     * The name of the error, such as {@code PermissionDeniedError}; errors of the LLM lack their prefix {@code
     * litellm.}.
     */
    Optional<String> errorName() {
        Matcher name = ERROR_NAME.matcher(text);
        return name.find() ? Optional.of(name.group(1) == null ? name.group(2) : name.group(1)) : Optional.empty();
    }

    /** Whether Cognee, or another server in its place, does not have such a path. */
    boolean isUnknownPath() {
        int meant = meantStatus();
        return (meant == 404 || meant == 405) && errorName().isEmpty();
    }

    private static String textOf(String body) {
        try {
            JsonNode json = Json.MAPPER.readTree(body);
            JsonNode detail = json.path("detail");
            return detail.isTextual() ? detail.asText() : json.path("error").asText();
        } catch (JsonProcessingException e) {
            return "";
        }
    }

    private static Optional<Duration> seconds(String retryAfter) {
        return Optional.of(retryAfter)
                .filter(value -> value.matches("\\d{1,6}"))
                .map(value -> Duration.ofSeconds(Math.min(MAX_RETRY_AFTER_SECONDS, Integer.parseInt(value))));
    }
}
