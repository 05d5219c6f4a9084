package io.webhookmemory.ingress.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.javalin.http.Context;
import io.webhookmemory.topics.json.Json;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpStatus;

/** The error responses, in the format of RFC 9457. A 503 has a Retry-After header. */
enum Problem {
    DISABLED(503, "Webhooks are switched off", 60),
    OVERFLOW(503, "The pipeline is full", 5),
    BUSY(503, "Too much is being received at once", 2),
    NOT_ACKNOWLEDGED(503, "The webhook could not be stored; send it again", 2),
    TOO_LARGE(413, "The body is too large", 0),
    TOO_MANY_EVENTS(413, "The webhook becomes too many events", 0),
    UNKNOWN_CODING(501, "No transfer coding is known but chunked", 0),
    COMPRESSED(415, "Compressed bodies are not taken", 0),
    TIMED_OUT(408, "The body did not arrive in time", 0),
    CUT_SHORT(400, "The body ended too early", 0),
    UNAUTHORIZED(401, "The webhook could not be authenticated", 0),
    NOT_JSON(400, "The body is not a JSON object", 0),
    BAD_FORM(400, "The form cannot be read", 0),
    PATH_CONFLICT(400, "The path and the body name different modules or operations", 0),
    DUPLICATE_NAME(400, "The body has two top-level fields of one name", 0),
    UNPROCESSABLE(422, "The webhook cannot be processed", 0),
    INTERNAL(500, "Internal error", 0);

    static final String CONTENT_TYPE = "application/problem+json";

    private final int status;
    private final String title;
    private final int retryAfterSeconds;

    Problem(int status, String title, int retryAfterSeconds) {
        this.status = status;
        this.title = title;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** The value of the metric's tag {@code outcome}. */
    String outcome() {
        return name().toLowerCase(Locale.ROOT);
    }

    void respond(Context ctx) {
        respond(ctx, Optional.empty(), Optional.empty());
    }

    /** @param field the invalid field of the body */
    void respond(Context ctx, Optional<String> field, Optional<String> detail) {
        retryAfter().ifPresent(seconds -> ctx.header("Retry-After", seconds));
        ctx.status(status).contentType(CONTENT_TYPE).result(json(status, title, field, detail));
    }

    /** Responds with an error outside this enum. */
    static void respond(Context ctx, int status) {
        ctx.status(status).contentType(CONTENT_TYPE).result(json(status, HttpStatus.getMessage(status)));
    }

    /** The response body without field and detail. */
    byte[] json() {
        return json(status, title);
    }

    int status() {
        return status;
    }

    /** The value of the Retry-After header, in seconds. */
    Optional<String> retryAfter() {
        return retryAfterSeconds > 0 ? Optional.of(String.valueOf(retryAfterSeconds)) : Optional.empty();
    }

    /** The response body of an error outside this enum. */
    static byte[] json(int status, String title) {
        return json(status, title, Optional.empty(), Optional.empty());
    }

    private static byte[] json(int status, String title, Optional<String> field, Optional<String> detail) {
        Body body = new Body("about:blank", title, status, detail.orElse(null), field.orElse(null));
        try {
            return Json.MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of texts is always serializable", e);
        }
    }

    private record Body(String type, String title, int status, String detail, String field) {}
}
