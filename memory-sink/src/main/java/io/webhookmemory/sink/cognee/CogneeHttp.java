package io.webhookmemory.sink.cognee;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.webhookmemory.service.json.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Sends calls to Cognee: credentials, time limits, and what a failure means. Thread-safe. */
final class CogneeHttp {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(2);
    private static final int MAX_RETRY_AFTER_SECONDS = 3600;

    /** These may be the whole server's trouble or one call's: its health tells. */
    private static final Set<String> MAYBE_DOWN =
            Set.of("http_502", "http_503", "http_504", "timeout", "connection_lost");

    private final CogneeSettings settings;
    private final MeterRegistry metrics;
    // uvicorn speaks HTTP/1.1 only; the upgrade to HTTP/2 that the client would offer is best not sent.
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private volatile String session;

    CogneeHttp(CogneeSettings settings, MeterRegistry metrics) {
        this.settings = settings;
        this.metrics = metrics;
    }

    /** One call. The path is below {@code /api/v1}. */
    record Call(
            String name,
            String method,
            String path,
            String contentType,
            HttpRequest.BodyPublisher body,
            Duration timeout) {}

    Call get(String name, String path) {
        return new Call(name, "GET", path, null, HttpRequest.BodyPublishers.noBody(), settings.timeout());
    }

    Call delete(String name, String path) {
        return new Call(name, "DELETE", path, null, HttpRequest.BodyPublishers.noBody(), settings.timeout());
    }

    Call post(String name, String path, MultipartForm form) {
        return new Call(
                name,
                "POST",
                path,
                form.contentType(),
                HttpRequest.BodyPublishers.ofByteArray(form.bytes()),
                settings.timeout());
    }

    Call postJson(String name, String path, JsonNode json, Duration timeout) {
        return new Call(
                name, "POST", path, "application/json", HttpRequest.BodyPublishers.ofString(json.toString()), timeout);
    }

    /** @throws MemoryException for every answer other than 2xx and where there is none */
    JsonNode send(Call call) {
        HttpResponse<String> response = exchange(call);
        if (isExpiredSession(response)) {
            session = null;
            response = exchange(call);
        }
        if (response.statusCode() / 100 == 2) {
            return json(call, response.body());
        }
        Failure failure = Classification.of(response.statusCode(), response.body(), retryAfter(response));
        throw failed(call, failure, null);
    }

    /** True where Cognee says that it can work. */
    boolean isHealthy() {
        HttpRequest request = HttpRequest.newBuilder(settings.url().resolve("/health"))
                .timeout(HEALTH_TIMEOUT)
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private HttpResponse<String> exchange(Call call) {
        Timer.Sample sample = Timer.start(metrics);
        String outcome = "no_answer";
        try {
            HttpResponse<String> response = http.send(request(call), HttpResponse.BodyHandlers.ofString());
            outcome = String.valueOf(response.statusCode());
            return response;
        } catch (HttpConnectTimeoutException | ConnectException e) {
            throw failed(call, new Failure.Outage("unreachable"), e);
        } catch (HttpTimeoutException e) {
            throw failed(call, new Failure.Transient("timeout", Optional.empty()), e);
        } catch (IOException e) {
            throw failed(call, new Failure.Transient("connection_lost", Optional.empty()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(call, new Failure.Outage("stopping"), e);
        } finally {
            sample.stop(metrics.timer("sink.cognee.calls", "call", call.name(), "outcome", outcome));
        }
    }

    private MemoryException failed(Call call, Failure failure, Exception cause) {
        Failure meaning =
                MAYBE_DOWN.contains(failure.reason()) && !isHealthy() ? new Failure.Outage(failure.reason()) : failure;
        return new MemoryException(meaning, "Cognee's " + call.name() + " failed: " + meaning.reason(), cause);
    }

    private HttpRequest request(Call call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(settings.url().resolve("/api/v1" + call.path()))
                .timeout(call.timeout())
                .method(call.method(), call.body());
        if (call.contentType() != null) {
            request.header("Content-Type", call.contentType());
        }
        settings.apiKey().ifPresent(key -> request.header("X-Api-Key", key.value()));
        if (settings.username().isPresent() && !call.name().equals("login")) {
            request.header("Authorization", "Bearer " + session());
        }
        return request.build();
    }

    private String session() {
        String current = session;
        return current != null ? current : login();
    }

    private synchronized String login() {
        if (session == null) {
            String form = "username=" + encode(settings.username().orElseThrow()) + "&password="
                    + encode(settings.password().orElseThrow().value());
            Call call = new Call(
                    "login",
                    "POST",
                    "/auth/login",
                    "application/x-www-form-urlencoded",
                    HttpRequest.BodyPublishers.ofString(form),
                    settings.timeout());
            HttpResponse<String> response = exchange(call);
            if (response.statusCode() != 200) {
                throw failed(call, new Failure.Outage("login_refused"), null);
            }
            session = json(call, response.body()).path("access_token").asText();
        }
        return session;
    }

    private boolean isExpiredSession(HttpResponse<String> response) {
        return settings.username().isPresent()
                && response.statusCode() == 401
                && !response.body().contains("UnauthorizedDataAccessError");
    }

    private JsonNode json(Call call, String body) {
        try {
            return Json.MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw failed(call, new Failure.Transient("not_json", Optional.empty()), null);
        }
    }

    private static Optional<Duration> retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("\\d{1,6}"))
                .map(value -> Duration.ofSeconds(Math.min(MAX_RETRY_AFTER_SECONDS, Integer.parseInt(value))));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
