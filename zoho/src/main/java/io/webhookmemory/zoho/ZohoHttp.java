package io.webhookmemory.zoho;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.zoho.ZohoFailure.Outage;
import io.webhookmemory.zoho.ZohoFailure.Permanent;
import io.webhookmemory.zoho.ZohoFailure.Transient;
import io.webhookmemory.zoho.ZohoFailure.Trouble;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;

/** Sends calls to Zoho: the access token, its turn, time limits, and what a failure means. Thread-safe. */
final class ZohoHttp {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** Zoho documents no Retry-After; its limit is on calls under way, which end soon. */
    private static final Duration THROTTLE_PAUSE = Duration.ofSeconds(1);

    private static final int TRIES_WHEN_THROTTLED = 3;
    private static final String API = "/crm/v8";

    private final ZohoSettings settings;
    private final MeterRegistry metrics;
    private final Clock clock;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final AccessTokens tokens;
    private final Turns turns;
    private final AtomicLong creditsLeft = new AtomicLong(-1);

    ZohoHttp(ZohoSettings settings, MeterRegistry metrics, Clock clock) {
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
        this.tokens = new AccessTokens(clock, this::requestToken);
        this.turns = new Turns(settings, clock);
        metrics.gauge("zoho.credits.left", creditsLeft, left -> left.get() < 0 ? Double.NaN : left.get());
    }

    /**
     * One call.
     *
     * @param name for the metric and for messages
     * @param path below the API's version, with its query
     * @param body JSON; empty where there is none
     */
    record Call(String name, String method, String path, Map<String, String> headers, Optional<JsonNode> body) {
        static Call get(String name, String path) {
            return new Call(name, "GET", path, Map.of(), Optional.empty());
        }
    }

    /** @throws ZohoException for every answer other than success, and where there is none */
    Answer send(Call call) {
        Answer answer = exchange(call);
        if (!answer.isSuccess()) {
            throw failed(call, Classification.of(answer));
        }
        if (!answer.isEmpty() && !answer.body().isObject()) {
            throw failed(call, new Transient("zoho_not_json", Optional.empty()));
        }
        return answer;
    }

    /**
     * The answer whatever its status, for calls whose elements each have a result of their own.
     *
     * @throws ZohoException where there is none
     */
    Answer exchange(Call call) {
        Answer answer = withToken(call);
        for (int tries = 1; tries < TRIES_WHEN_THROTTLED && isThrottled(answer); tries++) {
            answer = withToken(call);
        }
        return answer;
    }

    /** The failure of a call that was answered, though not as it should have been. */
    ZohoException failed(Call call, ZohoFailure failure) {
        return new ZohoException(call.name(), failure, null);
    }

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static boolean isThrottled(Answer answer) {
        return !answer.isSuccess()
                && Classification.of(answer) instanceof Transient
                && Classification.isThrottled(answer);
    }

    private Answer withToken(Call call) {
        return turns.take(call.name(), () -> {
            Secret token = tokens.token();
            Answer answer = exchangeOnce(call.name(), request(call, token));
            if (isTokenRefused(answer)) {
                tokens.refused(token);
                answer = exchangeOnce(call.name(), request(call, tokens.token()));
            }
            heed(answer);
            return answer;
        });
    }

    // Zoho now and then says AUTHENTICATION_FAILURE for INVALID_TOKEN; a missing scope no new token brings.
    private static boolean isTokenRefused(Answer answer) {
        return answer.status() == 401
                && answer.code().filter("OAUTH_SCOPE_MISMATCH"::equals).isEmpty();
    }

    private void heed(Answer answer) {
        answer.creditsLeft().ifPresent(creditsLeft::set);
        if (answer.isSuccess()) {
            return;
        }
        if (Classification.of(answer).equals(new Outage(Trouble.CREDITS_EXHAUSTED))) {
            turns.outOfCredits();
        } else if (Classification.isThrottled(answer)) {
            turns.quiet(answer.retryAfter().orElse(THROTTLE_PAUSE));
        }
    }

    private HttpRequest request(Call call, Secret token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(below(settings.apiUrl(), API + call.path()))
                .header("Authorization", "Zoho-oauthtoken " + token.value());
        call.headers().forEach(request::header);
        if (call.body().isEmpty()) {
            return request.method(call.method(), BodyPublishers.noBody()).build();
        }
        return request.header("Content-Type", "application/json")
                .method(call.method(), BodyPublishers.ofString(call.body().get().toString()))
                .build();
    }

    private Answer exchangeOnce(String name, HttpRequest request) {
        Timer.Sample sample = Timer.start(metrics);
        String outcome = "failed";
        // The client's own time limit ends with the answer's head; this one holds for the body too.
        CompletableFuture<HttpResponse<String>> answer =
                http.sendAsync(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        try {
            HttpResponse<String> response = answer.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
            outcome = String.valueOf(response.statusCode());
            return Answer.of(response);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            ZohoFailure failure = unanswered(e);
            outcome = failure.reason();
            throw new ZohoException(name, failure, e.getCause() == null ? e : e.getCause());
        } finally {
            answer.cancel(true);
            sample.stop(metrics.timer("zoho.calls", "call", name, "outcome", outcome));
        }
    }

    private static ZohoFailure unanswered(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return new Outage(Trouble.STOPPING);
        }
        if (e instanceof TimeoutException) {
            return new Transient("zoho_timeout", Optional.empty());
        }
        Throwable cause = e.getCause();
        if (cause instanceof HttpConnectTimeoutException || cause instanceof ConnectException) {
            return new Outage(Trouble.UNREACHABLE);
        }
        if (cause instanceof SSLException) {
            return new Outage(Trouble.NOT_ZOHO);
        }
        if (cause instanceof IOException) {
            return new Transient("zoho_connection_lost", Optional.empty());
        }
        throw new IllegalStateException("the HTTP client failed in a way that is none of the server's", cause);
    }

    private AccessTokens.Granted requestToken() {
        String form = "grant_type=refresh_token&client_id=" + encode(settings.clientId())
                + "&client_secret=" + encode(settings.clientSecret().value())
                + "&refresh_token=" + encode(settings.refreshToken().value());
        HttpRequest request = HttpRequest.newBuilder(below(settings.accountsUrl(), "/oauth/v2/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
        Answer answer = exchangeOnce("token", request);
        String token = answer.body().path("access_token").asText();
        if (token.isEmpty()) {
            throw new ZohoException("token", noToken(answer), null);
        }
        Duration life = Duration.ofSeconds(answer.body().path("expires_in").asLong(3600));
        return new AccessTokens.Granted(new Secret(token), clock.instant().plus(life));
    }

    // Errors come with status 200 too; only the body tells.
    private static ZohoFailure noToken(Answer answer) {
        String error = answer.body().path("error").asText();
        if (error.equals("Access Denied") || answer.status() == 429) {
            return new Outage(Trouble.TOKENS_THROTTLED);
        }
        if (!error.isEmpty()) {
            return new Outage(Trouble.CREDENTIALS_REFUSED);
        }
        ZohoFailure failure = Classification.of(answer);
        return failure instanceof Permanent ? new Outage(Trouble.NOT_ZOHO) : failure;
    }

    private static URI below(URI base, String path) {
        return URI.create(base.toString().replaceFirst("/+$", "") + path);
    }
}
