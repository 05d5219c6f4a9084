package io.webhookmemory.zoho.api;

import io.webhookmemory.service.config.Secret;
import io.webhookmemory.zoho.api.ZohoFailure.Outage;
import io.webhookmemory.zoho.api.ZohoFailure.Trouble;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The access token that all calls share. It is renewed before it expires, and when Zoho refuses it; one caller requests
 * a new token and all others use it. Zoho grants ten tokens in ten minutes per refresh token, which several processes
 * share: this process requests at most half of them. After a refusal it repeats the request soon, in case the fault is
 * transient, and then at intervals that never use up that half: it notices within {@link #REFUSED_PAUSE} that Zoho
 * grants tokens again. Thread-safe.
 */
final class AccessTokens {
    /** A token is not used within this time of its expiry, because it must still be valid when the call arrives. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final int REQUESTS_PER_WINDOW = 5;
    private static final Duration FIRST_REFUSED_PAUSE = Duration.ofSeconds(10);
    private static final Duration REFUSED_PAUSE = WINDOW.dividedBy(REQUESTS_PER_WINDOW - 1L);
    private static final Duration THROTTLED_PAUSE = Duration.ofMinutes(1);

    private final Clock clock;
    private final Supplier<Granted> request;
    private final Deque<Instant> requests = new ArrayDeque<>();
    private Optional<Granted> current = Optional.empty();
    private Outage lastRefusal = new Outage(Trouble.TOKENS_THROTTLED);
    private Instant quietUntil = Instant.MIN;
    private boolean wasRefused;

    /** @param goodUntil when the token expires */
    record Granted(Secret token, Instant goodUntil) {}

    /** @param request requests a token from Zoho; throws {@link ZohoException} if Zoho grants none */
    AccessTokens(Clock clock, Supplier<Granted> request) {
        this.clock = clock;
        this.request = request;
    }

    synchronized Secret token() {
        Instant now = clock.instant();
        if (current.isEmpty() || !now.isBefore(current.get().goodUntil().minus(MARGIN))) {
            current = Optional.of(renew(now));
        }
        return current.get().token();
    }

    /** @param token that Zoho refused; a newer one stays */
    synchronized void refused(Secret token) {
        current = current.filter(granted -> !granted.token().equals(token));
    }

    private Granted renew(Instant now) {
        requests.removeIf(time -> !time.isAfter(now.minus(WINDOW)));
        if (requests.size() >= REQUESTS_PER_WINDOW || now.isBefore(quietUntil)) {
            throw new ZohoException("token", lastRefusal, null);
        }
        try {
            Granted granted = request.get();
            requests.add(now);
            lastRefusal = new Outage(Trouble.TOKENS_THROTTLED);
            wasRefused = false;
            return granted;
        } catch (ZohoException e) {
            noteRefusal(e.failure(), now);
            throw e;
        }
    }

    // Requests that never reached Zoho do not count, so that an outage of any length ends with the first successful
    // call.
    private void noteRefusal(ZohoFailure failure, Instant now) {
        if (failure instanceof Outage outage && outage.trouble() == Trouble.CREDENTIALS_REFUSED) {
            requests.add(now);
            quietUntil = now.plus(wasRefused ? REFUSED_PAUSE : FIRST_REFUSED_PAUSE);
            wasRefused = true;
            lastRefusal = outage;
        } else if (failure instanceof Outage outage && outage.trouble() == Trouble.TOKENS_THROTTLED) {
            quietUntil = now.plus(THROTTLED_PAUSE);
            lastRefusal = outage;
        }
    }
}
