package io.webhookmemory.zoho.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.service.http.HttpCalls;
import io.webhookmemory.service.http.NoResponseException;
import io.webhookmemory.zoho.api.ZohoFailure.Outage;
import io.webhookmemory.zoho.api.ZohoFailure.Permanent;
import io.webhookmemory.zoho.api.ZohoFailure.Transient;
import io.webhookmemory.zoho.api.ZohoFailure.Trouble;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * Sends calls to Zoho: adds the access token, applies throttle and time limits, and classifies failures. Thread-safe.
 */
final class ZohoHttp {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** Zoho documents no Retry-After; its limit concerns concurrent calls, which end soon. */
    private static final Duration THROTTLE_PAUSE = Duration.ofSeconds(1);

    private static final int TRIES_WHEN_THROTTLED = 3;
    private static final String API = "/crm/v8";

    private final ZohoSettings settings;
    private final Clock clock;
    private final HttpCalls calls;
    private final AccessTokens tokens;
    private final Throttle throttle;
    private final AtomicLong creditsLeft = new AtomicLong(-1);

    ZohoHttp(ZohoSettings settings, MeterRegistry metrics, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.calls = new HttpCalls(metrics, "zoho.calls", CONNECT_TIMEOUT);
        this.tokens = new AccessTokens(clock, this::requestToken);
        this.throttle = new Throttle(settings, clock);
        metrics.gauge("zoho.credits.left", creditsLeft, left -> left.get() < 0 ? Double.NaN : left.get());
    }

    /**
     * One call.
     *
     * @param name for the metric and for messages
     * @param path below the API version, with its query
     * @param body JSON; empty if there is none
     */
    record Call(String name, String method, String path, Map<String, String> headers, Optional<JsonNode> body) {
        static Call get(String name, String path) {
            return new Call(name, "GET", path, Map.of(), Optional.empty());
        }
    }

    /** @throws ZohoException for every response other than success, and if there is none */
    ZohoResponse send(Call call) {
        ZohoResponse response = exchange(call);
        if (!response.isSuccess()) {
            throw failed(call, Classification.of(response));
        }
        if (!response.isEmpty() && !response.body().isObject()) {
            throw failed(call, new Transient("zoho_not_json", Optional.empty()));
        }
        return response;
    }

    /**
     * The response whatever its status, for calls whose elements each have a result of their own.
     *
     * @throws ZohoException if there is none
     */
    ZohoResponse exchange(Call call) {
        ZohoResponse response = withToken(call);
        for (int tries = 1; tries < TRIES_WHEN_THROTTLED && isThrottled(response); tries++) {
            response = withToken(call);
        }
        return response;
    }

    /** The failure of a call whose response is not as expected. */
    ZohoException failed(Call call, ZohoFailure failure) {
        return new ZohoException(call.name(), failure, null);
    }

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static boolean isThrottled(ZohoResponse response) {
        return !response.isSuccess()
                && Classification.of(response) instanceof Transient
                && Classification.isThrottled(response);
    }

    private ZohoResponse withToken(Call call) {
        return throttle.take(call.name(), () -> {
            Secret token = tokens.token();
            ZohoResponse response = exchangeOnce(call.name(), request(call, token));
            if (isTokenRefused(response)) {
                tokens.refused(token);
                response = exchangeOnce(call.name(), request(call, tokens.token()));
            }
            heed(response);
            return response;
        });
    }

    // Zoho sometimes returns AUTHENTICATION_FAILURE for INVALID_TOKEN; a new token does not add a missing scope.
    private static boolean isTokenRefused(ZohoResponse response) {
        return response.status() == 401
                && response.code().filter("OAUTH_SCOPE_MISMATCH"::equals).isEmpty();
    }

    private void heed(ZohoResponse response) {
        response.creditsLeft().ifPresent(creditsLeft::set);
        if (response.isSuccess()) {
            return;
        }
        if (Classification.of(response).equals(new Outage(Trouble.CREDITS_EXHAUSTED))) {
            throttle.outOfCredits();
        } else if (Classification.isThrottled(response)) {
            throttle.quiet(response.retryAfter().orElse(THROTTLE_PAUSE));
        }
    }

    private HttpUriRequestBase request(Call call, Secret token) {
        HttpUriRequestBase request = new HttpUriRequestBase(call.method(), below(settings.apiUrl(), API + call.path()));
        request.setHeader("Authorization", "Zoho-oauthtoken " + token.value());
        call.headers().forEach(request::setHeader);
        call.body().ifPresent(body -> request.setEntity(entity(body.toString(), "application/json")));
        return request;
    }

    private static HttpEntity entity(String text, String contentType) {
        return new ByteArrayEntity(text.getBytes(StandardCharsets.UTF_8), ContentType.create(contentType));
    }

    private ZohoResponse exchangeOnce(String name, HttpUriRequestBase request) {
        try {
            return ZohoResponse.of(calls.send(name, request, settings.timeout()));
        } catch (NoResponseException e) {
            throw new ZohoException(name, unanswered(e.reason()), e);
        }
    }

    private static ZohoFailure unanswered(NoResponseException.Reason reason) {
        return switch (reason) {
            case UNREACHABLE -> new Outage(Trouble.UNREACHABLE);
            case UNTRUSTED -> new Outage(Trouble.NOT_ZOHO);
            case STOPPING -> new Outage(Trouble.STOPPING);
            case TIMEOUT -> new Transient("zoho_timeout", Optional.empty());
            case CONNECTION_LOST -> new Transient("zoho_connection_lost", Optional.empty());
        };
    }

    private AccessTokens.Granted requestToken() {
        String form = "grant_type=refresh_token&client_id=" + encode(settings.clientId())
                + "&client_secret=" + encode(settings.clientSecret().value())
                + "&refresh_token=" + encode(settings.refreshToken().value());
        HttpPost request = new HttpPost(below(settings.accountsUrl(), "/oauth/v2/token"));
        request.setEntity(entity(form, "application/x-www-form-urlencoded"));
        ZohoResponse response = exchangeOnce("token", request);
        String token = response.body().path("access_token").asText();
        if (token.isEmpty()) {
            throw new ZohoException("token", noToken(response), null);
        }
        Duration life = Duration.ofSeconds(response.body().path("expires_in").asLong(3600));
        return new AccessTokens.Granted(new Secret(token), clock.instant().plus(life));
    }

    // Errors also come with status 200; only the body tells.
    private static ZohoFailure noToken(ZohoResponse response) {
        String error = response.body().path("error").asText();
        if (error.equals("Access Denied") || response.status() == 429) {
            return new Outage(Trouble.TOKENS_THROTTLED);
        }
        if (!error.isEmpty()) {
            return new Outage(Trouble.CREDENTIALS_REFUSED);
        }
        ZohoFailure failure = Classification.of(response);
        return failure instanceof Permanent ? new Outage(Trouble.NOT_ZOHO) : failure;
    }

    private static URI below(URI base, String path) {
        return URI.create(base.toString().replaceFirst("/+$", "") + path);
    }
}
