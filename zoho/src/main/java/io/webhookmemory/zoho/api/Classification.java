package io.webhookmemory.zoho.api;

import io.webhookmemory.zoho.api.ZohoFailure.Gone;
import io.webhookmemory.zoho.api.ZohoFailure.Outage;
import io.webhookmemory.zoho.api.ZohoFailure.Permanent;
import io.webhookmemory.zoho.api.ZohoFailure.Transient;
import io.webhookmemory.zoho.api.ZohoFailure.Trouble;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What an answer of Zoho's API other than 2xx means: the first row that fits. The same table, in words and with its
 * reasons, is in {@code docs/zoho.md}.
 */
final class Classification {
    private static final Set<String> THROTTLED = Set.of("TOO_MANY_REQUESTS", "RATE_LIMIT_EXCEEDED");

    private static final List<Row> TABLE = List.of(
            new Row(Classification::isOutOfCredits, outage(Trouble.CREDITS_EXHAUSTED)),
            new Row(Classification::isThrottled, answer -> new Transient("zoho_throttled", answer.retryAfter())),
            new Row(hasCode("OAUTH_SCOPE_MISMATCH"), outage(Trouble.SCOPE_MISSING)),
            // After one renewal of the token.
            new Row(answer -> answer.status() == 401, outage(Trouble.TOKEN_REFUSED)),
            // A path that is none of Zoho's, or somebody else's server: no record may be given up for it.
            new Row(hasCode("INVALID_URL_PATTERN").or(hasCode("INVALID_HOST")), outage(Trouble.NOT_ZOHO)),
            new Row(Classification::isNotZoho, outage(Trouble.NOT_ZOHO)),
            new Row(hasCode("INVALID_DATA").and(Answer::isAboutPath), answer -> new Gone()),
            new Row(hasCode("NOT_SUBSCRIBED"), answer -> new Gone()),
            new Row(Classification::mayPass, answer -> new Transient("zoho_" + answer.status(), answer.retryAfter())));

    private record Row(Predicate<Answer> fits, Function<Answer, ZohoFailure> meaning) {}

    private Classification() {}

    static ZohoFailure of(Answer answer) {
        return TABLE.stream()
                .filter(row -> row.fits().test(answer))
                .findFirst()
                .map(row -> row.meaning().apply(answer))
                .orElseGet(() -> new Permanent(answer.code().orElse("HTTP_" + answer.status()), answer.message()));
    }

    static boolean isThrottled(Answer answer) {
        return answer.status() == 429
                || answer.code().filter(THROTTLED::contains).isPresent();
    }

    private static boolean isOutOfCredits(Answer answer) {
        return isThrottled(answer)
                && answer.creditsLeft().isPresent()
                && answer.creditsLeft().getAsLong() == 0;
    }

    private static Function<Answer, ZohoFailure> outage(Trouble trouble) {
        return answer -> new Outage(trouble);
    }

    private static Predicate<Answer> hasCode(String code) {
        return answer -> answer.code().filter(code::equals).isPresent();
    }

    private static boolean mayPass(Answer answer) {
        return switch (answer.status()) {
            case 408, 425 -> true;
            default -> answer.status() >= 500;
        };
    }

    private static boolean isNotZoho(Answer answer) {
        int status = answer.status();
        return status / 100 == 3
                || (status / 100 == 4
                        && status != 408
                        && status != 425
                        && answer.code().isEmpty());
    }
}
