package io.webhookmemory.cognee;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.topics.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the contract's tests have in common. Every test has datasets of its own and removes them, so that the suite can be
 * run against a server that holds other things.
 */
abstract class ContractFixture {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final List<String> datasets = new ArrayList<>();
    final String dataset = newDataset("");
    CogneeClient cognee;
    private CogneeSettings settings;

    /** The {@code COGNEE_…} variables to reach the server with. */
    abstract Map<String, String> variables();

    /** Has the building of graphs take so long, where that can be asked for. */
    void graphsTake(Duration time) {}

    /** To be done after the test has removed what it left. */
    void release() {}

    @BeforeEach
    void connect() {
        settings = settings(variables());
        cognee = newClient();
    }

    @AfterEach
    void removeWhatTheTestLeft() {
        CogneeClient fresh = newClient();
        datasets.forEach(fresh::deleteDataset);
        release();
    }

    /** A name that no other dataset has; what comes to be under it is removed after the test. */
    final String newDataset(String ending) {
        String name = "contract_" + UUID.randomUUID().toString().replace("-", "") + ending;
        datasets.add(name);
        return name;
    }

    final CogneeClient newClient() {
        return CogneeClient.create(settings, new SimpleMeterRegistry());
    }

    /** A client that waits a second for any answer. */
    final CogneeClient newImpatientClient() {
        Map<String, String> all = new HashMap<>(variables());
        all.put("COGNEE_TIMEOUT", "1");
        return CogneeClient.create(settings(all), new SimpleMeterRegistry());
    }

    /** A client of the same server with no credentials but these. */
    final CogneeClient newClientWith(Map<String, String> credentials) {
        Map<String, String> all = new HashMap<>(credentials);
        all.put("COGNEE_URL", settings.url().toString());
        return CogneeClient.create(settings(all), new SimpleMeterRegistry());
    }

    private static CogneeSettings settings(Map<String, String> variables) {
        return CogneeSettings.from(new SettingsReader(new Environment(variables)));
    }

    /** Whether the server says that it is a Cognee 1.5. */
    final boolean isVersion15() throws Exception {
        return version().startsWith("1.5.");
    }

    /** Whether the server's listings have pages: from 1.6.1 on. */
    final boolean pagesListings() throws Exception {
        return !isVersion15() && !version().equals("1.6.0");
    }

    private String version() throws Exception {
        return json(HttpRequest.newBuilder(URI.create(settings.url() + "/health")))
                .path("version")
                .asText();
    }

    /** An add of files by name, past the client under test. */
    final HttpResponse<String> postRawFiles(List<Map.Entry<String, byte[]>> files) throws Exception {
        String boundary = "contract-boundary";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String field = "--%s\r\nContent-Disposition: form-data; name=\"datasetName\"\r\n\r\n%s\r\n";
        body.writeBytes(field.formatted(boundary, dataset).getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, byte[]> file : files) {
            String head =
                    "--%s\r\nContent-Disposition: form-data; name=\"data\"; filename=\"%s\"\r\nContent-Type: text/plain\r\n\r\n";
            body.writeBytes(head.formatted(boundary, file.getKey()).getBytes(StandardCharsets.UTF_8));
            body.writeBytes(file.getValue());
            body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        body.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return call(
                "POST",
                "/add",
                "multipart/form-data; boundary=" + boundary,
                BodyPublishers.ofByteArray(body.toByteArray()));
    }

    /** Whether calls without credentials are refused. */
    final boolean asksForCredentials() throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.url() + "/api/v1/datasets"));
        return HTTP.send(request.build(), BodyHandlers.ofString()).statusCode() == 401;
    }

    final String datasetId() throws Exception {
        return datasetId(dataset);
    }

    final String datasetId(String wanted) throws Exception {
        List<String> ids = Json.MAPPER.readTree(call("GET", "/datasets").body()).findParents("name").stream()
                .filter(row -> row.path("name").asText().equals(wanted))
                .map(row -> row.path("id").asText())
                .toList();
        if (ids.size() != 1) {
            throw new AssertionError("datasets of the same name: " + ids);
        }
        return ids.get(0);
    }

    /** A call as any client makes it, past the one under test. */
    final HttpResponse<String> call(String method, String path) throws IOException, InterruptedException {
        return call(method, path, "application/json", BodyPublishers.noBody());
    }

    final HttpResponse<String> postJson(String path, String json) throws IOException, InterruptedException {
        return call("POST", path, "application/json", BodyPublishers.ofString(json));
    }

    static ErrorResponse error(HttpResponse<String> response) {
        return ErrorResponse.of(
                response.statusCode(), response.body(), response.headers().firstValue("Retry-After"));
    }

    private HttpResponse<String> call(String method, String path, String contentType, BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.url() + "/api/v1" + path))
                .header("Content-Type", contentType)
                .method(method, body);
        settings.apiKey().ifPresent(key -> request.header("X-Api-Key", key.value()));
        if (settings.username().isPresent()) {
            request.header("Authorization", "Bearer " + login());
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private String login() throws IOException, InterruptedException {
        String form = "username=" + encode(settings.username().orElseThrow()) + "&password="
                + encode(settings.password().orElseThrow().value());
        return json(HttpRequest.newBuilder(URI.create(settings.url() + "/api/v1/auth/login"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form)))
                .path("access_token")
                .asText();
    }

    private static JsonNode json(HttpRequest.Builder request) throws IOException, InterruptedException {
        return Json.MAPPER.readTree(
                HTTP.send(request.build(), BodyHandlers.ofString()).body());
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
