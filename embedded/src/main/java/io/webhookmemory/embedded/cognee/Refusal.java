package io.webhookmemory.embedded.cognee;

import java.util.Map;

/** An answer other than 2xx. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    Refusal(int status, String detail) {
        super(detail);
        this.status = status;
    }

    int status() {
        return status;
    }

    /** Cognee's add and cognify answer a 500 with "error" beside "detail"; FastAPI's own errors have "detail" only. */
    Map<String, String> body() {
        return status == 500
                ? Map.of("error", "An error occurred", "detail", getMessage())
                : Map.of("detail", getMessage());
    }
}
