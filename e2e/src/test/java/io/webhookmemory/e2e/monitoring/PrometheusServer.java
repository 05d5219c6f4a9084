package io.webhookmemory.e2e.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A real Prometheus as a child process, with the project's own configuration and rules; only where the services are and
 * how often they are asked is the test's.
 */
final class PrometheusServer implements AutoCloseable {
    private final Process process;
    private final URI url;
    private final HttpClient http = HttpClient.newHttpClient();

    private PrometheusServer(Process process, int port) {
        this.process = process;
        this.url = URI.create("http://localhost:" + port);
    }

    /** @param ports by the name of the job */
    static PrometheusServer start(Path directory, Map<String, Integer> ports) throws IOException {
        Files.createDirectory(directory.resolve("rules"));
        for (Path rules : MonitoringFiles.files(MonitoringFiles.PROMETHEUS.resolve("rules"), ".yml")) {
            Files.copy(rules, directory.resolve("rules").resolve(rules.getFileName()));
        }
        Path configuration = directory.resolve("prometheus.yml");
        MonitoringFiles.YAML.writeValue(configuration.toFile(), configuration(ports));
        int port = FreePort.any();
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=localhost:" + port,
                        "--log.level=warn")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log.txt").toFile())
                .start();
        PrometheusServer server = new PrometheusServer(process, port);
        Awaitility.await().ignoreExceptions().until(server::isReady);
        return server;
    }

    private static JsonNode configuration(Map<String, Integer> ports) {
        ObjectNode configuration =
                (ObjectNode) MonitoringFiles.yaml(MonitoringFiles.PROMETHEUS.resolve("prometheus.yml"));
        ((ObjectNode) configuration.path("global")).put("scrape_interval", "1s").put("evaluation_interval", "1s");
        for (JsonNode job : configuration.path("scrape_configs")) {
            String target = "localhost:" + ports.get(job.path("job_name").asText());
            ((ObjectNode) job).remove("dns_sd_configs");
            ((ObjectNode) job)
                    .withArray("static_configs")
                    .addObject()
                    .putArray("targets")
                    .add(target);
        }
        return configuration;
    }

    private boolean isReady() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/-/ready")).build();
        return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    }

    /** What an expression gives now; none where it gives nothing. Throws where Prometheus does not understand it. */
    Stream<JsonNode> query(String expression) {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/api/v1/query"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)))
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            JsonNode answer = Json.MAPPER.readTree(response.body());
            if (response.statusCode() != 200) {
                throw new IllegalArgumentException(answer.path("error").asText() + " in " + expression);
            }
            return MonitoringFiles.elements(answer.path("data").path("result"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking Prometheus", e);
        }
    }

    /** Returns when it has asked every service once more. */
    void awaitScrape() {
        String now = String.valueOf(Instant.now().toEpochMilli() / 1000.0);
        Awaitility.await().until(() -> hasData("min(timestamp(up)) > " + now));
    }

    boolean hasData(String expression) {
        return query(expression).findAny().isPresent();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
