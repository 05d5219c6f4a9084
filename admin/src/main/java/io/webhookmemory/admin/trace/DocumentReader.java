package io.webhookmemory.admin.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.http.HttpCalls;
import io.webhookmemory.service.http.NoResponseException;
import io.webhookmemory.topics.json.Json;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** Reads one document from Cognee, in two calls, or three with a login. Changes nothing. For one thread. */
public final class DocumentReader {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final Settings settings;
    private final HttpCalls calls = new HttpCalls(new SimpleMeterRegistry(), "admin.cognee.calls", CONNECT_TIMEOUT);

    /**
     * How to reach Cognee; the memory-sink's settings.
     *
     * @param timeout of one call
     */
    public record Settings(
            URI url, Optional<Secret> apiKey, Optional<String> username, Optional<Secret> password, Duration timeout) {

        /** Empty unless {@code COGNEE_URL} is set. */
        public static Optional<Settings> from(SettingsReader settings) {
            return settings.optional("COGNEE_URL")
                    .map(set -> new Settings(
                            settings.url("COGNEE_URL", set),
                            settings.optionalSecret("COGNEE_API_KEY"),
                            settings.optional("COGNEE_USERNAME"),
                            settings.optionalSecret("COGNEE_PASSWORD"),
                            settings.seconds("COGNEE_TIMEOUT", 30, 0.1, 600)));
        }
    }

    public DocumentReader(Settings settings) {
        this.settings = settings;
    }

    /** A response that says nothing of the document. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason);
        }
    }

    /**
     * Compares the document that the directory names with Cognee's.
     *
     * @param withText whether the result contains the text
     */
    public InCognee read(Holding holding, boolean withText) {
        try {
            Optional<String> token = login();
            Optional<String> dataset = dataset(holding.dataset(), token);
            if (dataset.isEmpty()) {
                return InCognee.absent();
            }
            HttpResponse<String> response =
                    get("raw", "/datasets/" + dataset.get() + "/data/" + holding.dataId() + "/raw", token);
            if (response.statusCode() == 404) {
                return InCognee.absent();
            }
            String text = body(response);
            String digest = sha256(text);
            boolean same = holding.contentSha256() == null || digest.equals(holding.contentSha256());
            return new InCognee(
                    same ? InCognee.State.SAME : InCognee.State.DIFFERENT, digest, withText ? text : null, null);
        } catch (NoResponseException e) {
            return InCognee.unknown(e.reason().name().toLowerCase(Locale.ROOT));
        } catch (Refused e) {
            return InCognee.unknown(e.getMessage());
        } catch (JsonProcessingException e) {
            return InCognee.unknown("not_json");
        }
    }

    /** Cognee has no look-up by name, and its listing of datasets has no pages. */
    private Optional<String> dataset(String name, Optional<String> token)
            throws NoResponseException, Refused, JsonProcessingException {
        for (JsonNode dataset : Json.MAPPER.readTree(body(get("datasets", "/datasets", token)))) {
            if (dataset.path("name").asText().equals(name)) {
                return Optional.of(dataset.path("id").asText());
            }
        }
        return Optional.empty();
    }

    /** An API key needs no session; with neither key nor user name, Cognee must allow calls without credentials. */
    private Optional<String> login() throws NoResponseException, Refused, JsonProcessingException {
        if (settings.apiKey().isPresent()
                || settings.username().isEmpty()
                || settings.password().isEmpty()) {
            return Optional.empty();
        }
        String form = "username=" + encode(settings.username().get()) + "&password="
                + encode(settings.password().get().value());
        HttpRequest request = request("/auth/login")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
        HttpResponse<String> response = calls.send("login", request, settings.timeout());
        return Optional.of(
                Json.MAPPER.readTree(body(response)).path("access_token").asText());
    }

    private HttpResponse<String> get(String call, String path, Optional<String> token) throws NoResponseException {
        HttpRequest.Builder request = request(path);
        settings.apiKey().ifPresent(key -> request.header("X-Api-Key", key.value()));
        token.ifPresent(bearer -> request.header("Authorization", "Bearer " + bearer));
        return calls.send(call, request.build(), settings.timeout());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(settings.url().toString().replaceFirst("/+$", "") + "/api/v1" + path));
    }

    private static String body(HttpResponse<String> response) throws Refused {
        if (response.statusCode() != 200) {
            throw new Refused("http_" + response.statusCode());
        }
        return response.body();
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
