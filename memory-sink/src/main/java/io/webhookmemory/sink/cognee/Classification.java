package io.webhookmemory.sink.cognee;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an answer of Cognee other than 2xx means. Read from Cognee's source at 1.5.2 and 1.6; the table is in
 * {@code docs/cognee.md}.
 */
final class Classification {
    /** 1.5 answers nearly everything with 500 and hides the real code at the end of its text. */
    private static final Pattern HIDDEN_CODE = Pattern.compile("\\(Status code: (\\d{3})\\)");

    private static final List<String> LLM_REFUSALS =
            List.of("LLMPaymentRequiredError", "LLMQuotaExceededError", "LLMAPIKeyNotSetError", "AuthenticationError");

    private Classification() {}

    /**
     * @param status the answer's HTTP status
     * @param body the answer's text; only looked at, never kept
     */
    static Failure of(int status, String body, Optional<Duration> retryAfter) {
        Optional<String> llmRefusal =
                LLM_REFUSALS.stream().filter(body::contains).findFirst();
        if (llmRefusal.isPresent()) {
            return new Failure.Outage("llm_" + llmRefusal.get());
        }
        if (body.contains("Dataset name cannot contain")) {
            return new Failure.Permanent("bad_dataset_name");
        }
        return ofStatus(realStatus(status, body), retryAfter);
    }

    private static Failure ofStatus(int status, Optional<Duration> retryAfter) {
        String reason = "http_" + status;
        return switch (status) {
            case 401, 402 -> new Failure.Outage(reason);
            case 403, 408, 409, 425, 429 -> new Failure.Transient(reason, retryAfter);
            default -> status >= 500 ? new Failure.Transient(reason, retryAfter) : new Failure.Permanent(reason);
        };
    }

    private static int realStatus(int status, String body) {
        Matcher hidden = HIDDEN_CODE.matcher(body);
        return status == 500 && hidden.find() ? Integer.parseInt(hidden.group(1)) : status;
    }
}
