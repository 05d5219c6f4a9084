package io.webhookmemory.testkit.zoho;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.json.Json;
import java.util.Map;

/** A response other than 2xx, in Zoho CRM's shape. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient ObjectNode body;

    Refusal(int status, String code, String message, Map<String, Object> details) {
        super(message);
        this.status = status;
        this.body = body(code, message, details);
    }

    Refusal(int status, String code, String message) {
        this(status, code, message, Map.of());
    }

    static Refusal tooManyRequests() {
        return new Refusal(429, "TOO_MANY_REQUESTS", "too many requests fired in the concurrent api requests");
    }

    /** One element of a response that has a result for each element of the request. */
    static ObjectNode body(String code, String message, Map<String, Object> details) {
        ObjectNode body = Json.MAPPER.createObjectNode().put("code", code);
        body.set("details", Json.MAPPER.valueToTree(details));
        return body.put("message", message).put("status", "error");
    }

    int status() {
        return status;
    }

    ObjectNode body() {
        return body;
    }
}
