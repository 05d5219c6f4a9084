package io.webhookmemory.testkit.cognee;

import io.webhookmemory.testkit.cognee.CogneeDouble.Document;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** A response other than 2xx, in one of the three shapes that Cognee uses. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String errorName;
    private final transient Map<String, Object> body;

    private Refusal(int status, String errorName, String message, Map<String, Object> body) {
        super(message);
        this.status = status;
        this.errorName = errorName;
        this.body = body;
    }

    /** FastAPI's own, or that of a proxy in front: {@code detail} alone. */
    static Refusal plain(int status, String detail) {
        return new Refusal(status, null, detail, Map.of("detail", detail));
    }

    /** FastAPI's for invalid parameters. */
    static Refusal invalid(List<Map<String, Object>> problems) {
        return new Refusal(400, null, "invalid parameters", Map.of("detail", problems));
    }

    /** A Cognee error with its name in brackets, which 1.5 hides in a 500 where documents and graphs are concerned. */
    static Refusal named(int status, String name, String message) {
        return new Refusal(status, name, message, Map.of("detail", message + " [" + name + "]"));
    }

    /** A response of a route itself: {@code error} and {@code detail}; the latter is null if there is nothing more. */
    static Refusal routed(int status, String error, String detail) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", error);
        body.put("detail", detail);
        return new Refusal(status, null, error, body);
    }

    static Refusal permission(String what) {
        return named(
                403,
                "PermissionDeniedError",
                "Request owner does not have necessary permission: [" + what + "] for all datasets requested.");
    }

    /**
     * The response to adding if the dataset has documents with the same names as some of the files, with other content.
     */
    static Refusal conflict(Collection<Document> inTheWay, UUID dataset) {
        boolean one = inTheWay.size() == 1;
        String listed = inTheWay.stream()
                .map(document -> "'" + document.name() + ".txt' (data_id " + document.dataId() + ")")
                .collect(Collectors.joining(", "));
        String dataId = one ? inTheWay.iterator().next().dataId() : "<data_id>";
        return routed(
                409,
                "Document already exists; use the update endpoint",
                "POST /api/v1/add does not update documents. " + listed + " already " + (one ? "exists" : "exist")
                        + " in dataset " + dataset + " with different content. Send the new version to"
                        + " PATCH /api/v1/update?data_id=" + dataId + "&dataset_id=" + dataset
                        + " (multipart field 'data'), or cognee.update(...) from the SDK; identical content can be"
                        + " re-added and is a no-op.");
    }

    /** The response to adding and to building a graph if the dataset was deleted while the call waited for its lock. */
    static Refusal deletedMeanwhile() {
        return routed(500, "Internal server error", "'NoneType' object has no attribute 'id'");
    }

    /** This refusal as returned by add and cognify of 1.5. */
    Refusal flattened() {
        return errorName == null
                ? this
                : routed(
                        500,
                        "Internal server error",
                        errorName + ": " + getMessage() + " (Status code: " + status + ")");
    }

    int status() {
        return status;
    }

    Map<String, Object> body() {
        return body;
    }
}
