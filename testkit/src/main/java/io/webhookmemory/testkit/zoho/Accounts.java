package io.webhookmemory.testkit.zoho;

import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Zoho's accounts server: gives out access tokens, within its limits, and knows which are good. Thread-safe. */
final class Accounts {
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final int TOKENS_PER_WINDOW = 10;
    private static final int LIVE_TOKENS = 15;

    private final Clock clock;
    /** Until when each is good, the oldest first. */
    private final Map<String, Instant> tokens = new LinkedHashMap<>();

    private final Deque<Instant> given = new ArrayDeque<>();
    private boolean refused;
    private boolean throttled;

    Accounts(Clock clock) {
        this.clock = clock;
    }

    synchronized void refuse(boolean value) {
        refused = value;
    }

    synchronized void throttle(boolean value) {
        throttled = value;
    }

    synchronized void expireTokens() {
        tokens.clear();
    }

    // Zoho says "error" with status 200 where the credentials are wrong.
    synchronized void respond(Context call, String apiDomain) {
        Instant now = clock.instant();
        given.removeIf(time -> !time.isAfter(now.minus(WINDOW)));
        if (throttled || given.size() >= TOKENS_PER_WINDOW) {
            call.status(400)
                    .json(Map.of(
                            "error",
                            "Access Denied",
                            "error_description",
                            "You have made too many requests continuously. Please try again after some time.",
                            "status",
                            "failure"));
            return;
        }
        given.add(now);
        Optional<String> problem = problem(call);
        if (problem.isPresent()) {
            call.json(Map.of("error", problem.get()));
            return;
        }
        String token = "1000." + UUID.randomUUID();
        tokens.put(token, now.plus(TOKEN_LIFE));
        if (tokens.size() > LIVE_TOKENS) {
            tokens.remove(tokens.keySet().iterator().next());
        }
        call.json(Map.of(
                "access_token",
                token,
                "expires_in",
                TOKEN_LIFE.toSeconds(),
                "api_domain",
                apiDomain,
                "token_type",
                "Bearer"));
    }

    private Optional<String> problem(Context call) {
        if (!"refresh_token".equals(call.formParam("grant_type"))
                || !ZohoDouble.CLIENT_ID.equals(call.formParam("client_id"))) {
            return Optional.of("invalid_client");
        }
        if (!ZohoDouble.CLIENT_SECRET.equals(call.formParam("client_secret"))) {
            return Optional.of("invalid_client_secret");
        }
        boolean known = ZohoDouble.REFRESH_TOKEN.equals(call.formParam("refresh_token"));
        return refused || !known ? Optional.of("invalid_code") : Optional.empty();
    }

    /** @throws Refusal where the call has no good token */
    synchronized void check(Context call) {
        String authorization = Optional.ofNullable(call.header("Authorization")).orElse("");
        Instant goodUntil = tokens.get(authorization.replaceFirst("^Zoho-oauthtoken ", ""));
        if (goodUntil == null || !clock.instant().isBefore(goodUntil)) {
            throw new Refusal(401, "INVALID_TOKEN", "invalid oauth token");
        }
    }
}
