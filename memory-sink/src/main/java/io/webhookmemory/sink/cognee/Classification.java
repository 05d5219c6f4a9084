package io.webhookmemory.sink.cognee;

import io.webhookmemory.sink.failure.Failure;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What an answer of Cognee other than 2xx means: the first row that fits. The same table, in words and with its
 * reasons, is in {@code docs/cognee.md}.
 */
final class Classification {
    private static final List<Row> TABLE = List.of(
            new Row(answer -> answer.meantStatus() == 402, outage("llm_payment")),
            new Row(failedWith("LLMPaymentRequiredError"), outage("llm_payment")),
            new Row(failedWith("LLMQuotaExceededError"), outage("llm_quota")),
            // Cognee has retried for minutes before it says so.
            new Row(failedWith("litellm.RateLimitError"), outage("llm_quota")),
            new Row(failedWith("LLMAPIKeyNotSetError"), outage("llm_credentials")),
            new Row(failedWith("litellm.AuthenticationError"), outage("llm_credentials")),
            new Row(failedWith("litellm.InternalServerError"), outage("llm_unavailable")),
            new Row(failedWith("litellm.ServiceUnavailableError"), outage("llm_unavailable")),
            new Row(failedWith("litellm.BadGatewayError"), outage("llm_unavailable")),
            new Row(failedWith("litellm.APIConnectionError"), outage("llm_unavailable")),
            new Row(failedWith("litellm.Timeout"), outage("llm_unavailable")),
            new Row(
                    answer -> isOfCognee(answer.status()) && answer.text().contains("Dataset name cannot contain"),
                    answer -> new Failure.Permanent("bad_dataset_name")),
            new Row(answer -> answer.meantStatus() == 401, outage("http_401")),
            // Somebody else's server, or a path that is none of Cognee's: no event may be given up for it.
            new Row(Classification::isNotCognee, outage("not_cognee")),
            new Row(
                    Classification::mayPass,
                    answer -> new Failure.Transient("http_" + answer.meantStatus(), answer.retryAfter())));

    private record Row(Predicate<Answer> fits, Function<Answer, Failure> meaning) {}

    private Classification() {}

    static Failure of(Answer answer) {
        return TABLE.stream()
                .filter(row -> row.fits().test(answer))
                .findFirst()
                .map(row -> row.meaning().apply(answer))
                .orElseGet(() -> new Failure.Permanent("http_" + answer.meantStatus()));
    }

    private static Function<Answer, Failure> outage(String reason) {
        return answer -> new Failure.Outage(reason);
    }

    /**
     * Only where Cognee itself failed: a 400 may quote the document, and a document may say anything. For the same reason
     * the name that the answer begins or ends with decides where there is one.
     */
    private static Predicate<Answer> failedWith(String error) {
        String name = error.substring(error.lastIndexOf('.') + 1);
        return answer -> isOfCognee(answer.status())
                && answer.errorName()
                        .map(name::equals)
                        .orElseGet(() -> isOfCognee(answer.meantStatus())
                                && answer.text().contains(error));
    }

    private static boolean isOfCognee(int status) {
        return status >= 500 || status == 409;
    }

    // 403: a dataset that is gone or not ours; the client looks which, and what is left an operator can put right.
    private static boolean mayPass(Answer answer) {
        return switch (answer.meantStatus()) {
            case 403, 408, 409, 425, 429 -> true;
            default -> answer.meantStatus() >= 500;
        };
    }

    private static boolean isNotCognee(Answer answer) {
        return answer.meantStatus() / 100 == 3 || answer.isUnknownPath();
    }
}
