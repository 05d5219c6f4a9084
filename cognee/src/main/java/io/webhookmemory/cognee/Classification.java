package io.webhookmemory.cognee;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The meaning of a response of Cognee other than 2xx: the first row that matches. {@code docs/cognee.md} has the same
 * table with its reasons.
 */
final class Classification {
    private static final List<Row> TABLE = List.of(
            new Row(error -> error.meantStatus() == 402, outage("llm_payment")),
            new Row(failedWith("LLMPaymentRequiredError"), outage("llm_payment")),
            new Row(failedWith("LLMQuotaExceededError"), outage("llm_quota")),
            // Cognee retries for minutes before it returns this.
            new Row(failedWith("litellm.RateLimitError"), outage("llm_quota")),
            new Row(failedWith("LLMAPIKeyNotSetError"), outage("llm_credentials")),
            new Row(failedWith("litellm.AuthenticationError"), outage("llm_credentials")),
            new Row(failedWith("litellm.InternalServerError"), outage("llm_unavailable")),
            new Row(failedWith("litellm.ServiceUnavailableError"), outage("llm_unavailable")),
            new Row(failedWith("litellm.BadGatewayError"), outage("llm_unavailable")),
            new Row(failedWith("litellm.APIConnectionError"), outage("llm_unavailable")),
            new Row(failedWith("litellm.Timeout"), outage("llm_unavailable")),
            new Row(
                    error -> isOfCognee(error.status()) && error.text().contains("Dataset name cannot contain"),
                    error -> new Failure.Permanent("bad_dataset_name")),
            new Row(error -> error.meantStatus() == 401, outage("http_401")),
            // Another server, or a path that Cognee does not have: do not dead-letter events for it.
            new Row(Classification::isNotCognee, outage("not_cognee")),
            new Row(
                    Classification::mayPass,
                    error -> new Failure.Transient("http_" + error.meantStatus(), error.retryAfter())));

    private record Row(Predicate<ErrorResponse> fits, Function<ErrorResponse, Failure> meaning) {}

    private Classification() {}

    static Failure of(ErrorResponse error) {
        return TABLE.stream()
                .filter(row -> row.fits().test(error))
                .findFirst()
                .map(row -> row.meaning().apply(error))
                .orElseGet(() -> new Failure.Permanent("http_" + error.meantStatus()));
    }

    private static Function<ErrorResponse, Failure> outage(String reason) {
        return error -> new Failure.Outage(reason);
    }

    /**
     * Only if Cognee itself failed: a 400 may quote the document, which may contain anything. For the same reason, an
     * error name at the beginning or end of the text takes precedence.
     */
    private static Predicate<ErrorResponse> failedWith(String name) {
        String simpleName = name.substring(name.lastIndexOf('.') + 1);
        return error -> isOfCognee(error.status())
                && error.errorName()
                        .map(simpleName::equals)
                        .orElseGet(() ->
                                isOfCognee(error.meantStatus()) && error.text().contains(name));
    }

    private static boolean isOfCognee(int status) {
        return status >= 500 || status == 409;
    }

    // 403: a dataset that is gone or owned by another user. The client checks which; the operator must fix the latter.
    private static boolean mayPass(ErrorResponse error) {
        return switch (error.meantStatus()) {
            case 403, 408, 409, 425, 429 -> true;
            default -> error.meantStatus() >= 500;
        };
    }

    private static boolean isNotCognee(ErrorResponse error) {
        return error.meantStatus() / 100 == 3 || error.isUnknownPath();
    }
}
