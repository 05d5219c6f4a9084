package io.webhookmemory.sink.cognee;

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
            new Row(failedWith("RateLimitError"), outage("llm_quota")),
            new Row(failedWith("LLMAPIKeyNotSetError"), outage("llm_credentials")),
            new Row(failedWith("AuthenticationError"), outage("llm_credentials")),
            new Row(failedWith("Dataset name cannot contain"), answer -> new Failure.Permanent("bad_dataset_name")),
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

    // Only where Cognee itself failed: a 400 may quote the document, and a document may say anything.
    private static Predicate<Answer> failedWith(String words) {
        return answer -> (answer.status() >= 500 || answer.status() == 409)
                && answer.text().contains(words);
    }

    // 403: a dataset that is gone or not ours; the client looks which, and what is left an operator can put right.
    private static boolean mayPass(Answer answer) {
        return switch (answer.meantStatus()) {
            case 403, 408, 409, 425, 429 -> true;
            default -> answer.meantStatus() >= 500;
        };
    }

    private static boolean isNotCognee(Answer answer) {
        int status = answer.meantStatus();
        boolean unknownPath = status == 404 || status == 405;
        return status / 100 == 3 || (unknownPath && answer.errorName().isEmpty());
    }
}
