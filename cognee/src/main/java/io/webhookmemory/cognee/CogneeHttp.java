package io.webhookmemory.cognee;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.webhookmemory.service.http.HttpCalls;
import io.webhookmemory.service.http.NoResponseException;
import io.webhookmemory.service.http.Response;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/** Sends calls to Cognee: credentials, time limits, and classification of failures. Thread-safe. */
final class CogneeHttp {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final ContentType JSON = ContentType.create("application/json");
    private static final ContentType FORM = ContentType.create("application/x-www-form-urlencoded");

    private final CogneeSettings settings;
    private final String base;
    private final HttpCalls calls;
    private final Optional<CogneeSession> session;
    private final ServerVersion.Known version = new ServerVersion.Known();

    CogneeHttp(CogneeSettings settings, MeterRegistry metrics) {
        this.settings = settings;
        this.calls = new HttpCalls(metrics, "sink.cognee.calls", CONNECT_TIMEOUT);
        this.base = settings.url().toString().replaceFirst("/+$", "");
        boolean logsIn = settings.apiKey().isEmpty() && settings.username().isPresent();
        this.session = logsIn ? Optional.of(new CogneeSession(this::login)) : Optional.empty();
    }

    /**
     * One call.
     *
     * @param name for the metric and for messages
     * @param body null if there is none
     */
    record Call(String name, String method, String path, HttpEntity body, Duration timeout) {}

    Call get(String name, String path) {
        return new Call(name, "GET", "/api/v1" + path, null, settings.timeout());
    }

    Call delete(String name, String path) {
        return new Call(name, "DELETE", "/api/v1" + path, null, settings.timeout());
    }

    Call post(String name, String path, MultipartForm form) {
        HttpEntity body = new ByteArrayEntity(form.bytes(), ContentType.parse(form.contentType()));
        return new Call(name, "POST", "/api/v1" + path, body, settings.timeout());
    }

    Call postJson(String name, String path, JsonNode json, Duration timeout) {
        HttpEntity body = new ByteArrayEntity(json.toString().getBytes(StandardCharsets.UTF_8), JSON);
        return new Call(name, "POST", "/api/v1" + path, body, timeout);
    }

    /** @throws MemoryException for every response other than 2xx, and if there is none */
    JsonNode send(Call call) {
        return json(call, body(call));
    }

    /**
     * Sends a call for which an error response may be a result too.
     *
     * @param result the meaning of a 2xx response
     * @param refusal the meaning of any other response; empty if it is a failure
     * @throws MemoryException for every other response, and if there is none
     */
    <T> T send(Call call, Function<JsonNode, T> result, Function<ErrorResponse, Optional<T>> refusal) {
        Response response = respond(call);
        if (response.status() / 100 == 2) {
            return result.apply(json(call, response.body()));
        }
        ErrorResponse error = ErrorResponse.of(response);
        return refusal.apply(error).orElseThrow(() -> refused(call, error));
    }

    private JsonNode json(Call call, String body) {
        try {
            return Json.MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw unexpected(call, "not_json");
        }
    }

    /** As {@link #readRows}; returns the result for each row. */
    <T> List<T> sendForRows(Call call, Function<JsonNode, T> row) {
        List<T> rows = new ArrayList<>();
        readRows(call, json -> rows.add(row.apply(json)));
        return rows;
    }

    /**
     * As {@link #send(Call)}, for a response that is an array, row by row: a listing may have a hundred thousand rows.
     *
     * @throws MemoryException also if the response is not an array, which must not be taken for an empty one
     */
    void readRows(Call call, Consumer<JsonNode> row) {
        try (JsonParser json = Json.MAPPER.createParser(body(call))) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw unexpected(call, "not_a_list");
            }
            while (json.nextToken() == JsonToken.START_OBJECT) {
                row.accept(json.readValueAsTree());
            }
        } catch (IOException e) {
            throw unexpected(call, "not_json");
        }
    }

    /**
     * The body of a response that is not JSON; empty if Cognee does not have it.
     *
     * @throws MemoryException for every other response than 2xx and 404, and if there is none
     */
    Optional<String> text(Call call) {
        Response response = respond(call);
        if (response.status() == 404) {
            return Optional.empty();
        }
        if (response.status() / 100 != 2) {
            throw refused(call, ErrorResponse.of(response));
        }
        return Optional.of(response.body());
    }

    private String body(Call call) {
        Response response = respond(call);
        if (response.status() / 100 != 2) {
            throw refused(call, ErrorResponse.of(response));
        }
        return response.body();
    }

    private Response respond(Call call) {
        Optional<String> token = session.map(CogneeSession::token);
        Response response = exchange(call, token);
        if (token.isPresent() && isSessionRefused(response)) {
            session.get().end(token.get());
            return exchange(call, Optional.of(session.get().token()));
        }
        return response;
    }

    /**
     * The version that Cognee reports, requested at most once a minute and again after every failure that may mean a
     * restart; empty if it does not report one.
     *
     * @throws MemoryException if Cognee is not healthy
     */
    Optional<ServerVersion> version() {
        return version.get(() -> {
            Call call = new Call("health", "GET", "/health", null, settings.healthTimeout());
            Response response = exchange(call, Optional.empty());
            if (response.status() != 200) {
                throw refused(call, ErrorResponse.of(response));
            }
            return ServerVersion.of(response.body());
        });
    }

    /** True if Cognee reports that it can work. */
    boolean isHealthy() {
        return isHealthy("health", "/health", settings.healthTimeout());
    }

    /** True if Cognee reports that it can work, and also its LLM and embeddings; it calls both. */
    boolean isHealthyInDetail() {
        return isHealthy("health_detailed", "/health/detailed", settings.timeout());
    }

    private boolean isHealthy(String name, String path, Duration timeout) {
        Call health = new Call(name, "GET", path, null, timeout);
        boolean healthy = isAnsweredWith200(health);
        if (!healthy) {
            version.forget();
        }
        return healthy;
    }

    private boolean isAnsweredWith200(Call call) {
        try {
            return calls.send(call.name(), request(call, Optional.empty()), call.timeout())
                            .status()
                    == 200;
        } catch (NoResponseException e) {
            return false;
        }
    }

    /** The failure of a call whose response is not as expected. */
    MemoryException unexpected(Call call, String reason) {
        return failed(call, new Failure.Transient(reason, Optional.empty()), "", null);
    }

    // The session itself was refused; a 401 about a dataset has another text.
    private static boolean isSessionRefused(Response response) {
        return response.status() == 401 && ErrorResponse.of(response).meantStatus() == 401;
    }

    private Response exchange(Call call, Optional<String> token) {
        try {
            return calls.send(call.name(), request(call, token), call.timeout());
        } catch (NoResponseException e) {
            throw failed(call, withoutResponse(e.reason()), "", e);
        }
    }

    private static Failure withoutResponse(NoResponseException.Reason reason) {
        return switch (reason) {
            case UNREACHABLE -> new Failure.Outage("unreachable");
            case UNTRUSTED -> new Failure.Outage("not_trusted");
            case STOPPING -> new Failure.Outage("stopping");
            case TIMEOUT -> new Failure.Transient(Failure.TIMEOUT, Optional.empty());
            case CONNECTION_LOST -> new Failure.Transient("connection_lost", Optional.empty());
        };
    }

    private MemoryException refused(Call call, ErrorResponse error) {
        String name = error.errorName().map(text -> " (" + text + ")").orElse("");
        return failed(call, Classification.of(error), name, null);
    }

    private MemoryException failed(Call call, Failure failure, String more, Throwable cause) {
        Failure meaning = failure;
        if (failure instanceof Failure.Transient passing && mayBeDown(passing) && !isHealthy()) {
            meaning = new Failure.Outage(passing.reason(), passing.retryAfter());
        }
        if (meaning instanceof Failure.Outage || meaning.reason().equals("connection_lost")) {
            version.forget();
        }
        return new MemoryException(meaning, "Cognee's " + call.name() + " failed: " + meaning.reason() + more, cause);
    }

    /** Whether the whole server may be down rather than one call have failed; its health call tells. */
    private static boolean mayBeDown(Failure.Transient failure) {
        String reason = failure.reason();
        return reason.startsWith("http_5") || reason.equals(Failure.TIMEOUT) || reason.equals("connection_lost");
    }

    private HttpUriRequestBase request(Call call, Optional<String> token) {
        HttpUriRequestBase request = new HttpUriRequestBase(call.method(), URI.create(base + call.path()));
        request.setEntity(call.body());
        settings.apiKey().ifPresent(key -> request.setHeader("X-Api-Key", key.value()));
        token.ifPresent(bearer -> request.setHeader("Authorization", "Bearer " + bearer));
        return request;
    }

    private String login() {
        String form = "username=" + encode(settings.username().orElseThrow()) + "&password="
                + encode(settings.password().orElseThrow().value());
        Call call = new Call(
                "login",
                "POST",
                "/api/v1/auth/login",
                new ByteArrayEntity(form.getBytes(StandardCharsets.UTF_8), FORM),
                settings.timeout());
        Response response = exchange(call, Optional.empty());
        if (response.status() == 400) {
            throw failed(call, new Failure.Outage("login_refused"), "", null);
        }
        if (response.status() != 200) {
            throw refused(call, ErrorResponse.of(response));
        }
        String token = token(response.body());
        if (token.isEmpty()) {
            throw failed(call, new Failure.Outage("not_cognee"), "", null);
        }
        return token;
    }

    private static String token(String body) {
        try {
            return Json.MAPPER.readTree(body).path("access_token").asText();
        } catch (JsonProcessingException e) {
            return "";
        }
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
