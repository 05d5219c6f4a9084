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
            new Row(Classification::isThrottled, response -> new Transient("zoho_throttled", response.retryAfter())),
            new Row(hasCode("OAUTH_SCOPE_MISMATCH"), outage(Trouble.SCOPE_MISSING)),
            // After one renewal of the token.
            new Row(response -> response.status() == 401, outage(Trouble.TOKEN_REFUSED)),
            // A path that is none of Zoho's, or somebody else's server: no record may be given up for it.
            new Row(hasCode("INVALID_URL_PATTERN").or(hasCode("INVALID_HOST")), outage(Trouble.NOT_ZOHO)),
            new Row(Classification::isNotZoho, outage(Trouble.NOT_ZOHO)),
            new Row(hasCode("INVALID_DATA").and(ZohoResponse::isAboutPath), response -> new Gone()),
            new Row(hasCode("NOT_SUBSCRIBED"), response -> new Gone()),
            new Row(
                    Classification::mayPass,
                    response -> new Transient("zoho_" + response.status(), response.retryAfter())));

    private record Row(Predicate<ZohoResponse> fits, Function<ZohoResponse, ZohoFailure> meaning) {}

    private Classification() {}

    static ZohoFailure of(ZohoResponse response) {
        return TABLE.stream()
                .filter(row -> row.fits().test(response))
                .findFirst()
                .map(row -> row.meaning().apply(response))
                .orElseGet(
                        () -> new Permanent(response.code().orElse("HTTP_" + response.status()), response.message()));
    }

    static boolean isThrottled(ZohoResponse response) {
        return response.status() == 429
                || response.code().filter(THROTTLED::contains).isPresent();
    }

    private static boolean isOutOfCredits(ZohoResponse response) {
        return isThrottled(response)
                && response.creditsLeft().isPresent()
                && response.creditsLeft().getAsLong() == 0;
    }

    private static Function<ZohoResponse, ZohoFailure> outage(Trouble trouble) {
        return response -> new Outage(trouble);
    }

    private static Predicate<ZohoResponse> hasCode(String code) {
        return response -> response.code().filter(code::equals).isPresent();
    }

    private static boolean mayPass(ZohoResponse response) {
        return switch (response.status()) {
            case 408, 425 -> true;
            default -> response.status() >= 500;
        };
    }

    private static boolean isNotZoho(ZohoResponse response) {
        int status = response.status();
        return status / 100 == 3
                || (status / 100 == 4
                        && status != 408
                        && status != 425
                        && response.code().isEmpty());
    }
}
