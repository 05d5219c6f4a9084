package io.webhookmemory.ingress;

import io.webhookmemory.service.config.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A running ingress and a sender that knows its secret. */
final class IngressFixture implements AutoCloseable {
    static final String SECRET = "a-secret-of-at-least-thirty-two-characters";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final IngressService service;

    private IngressFixture(IngressService service) {
        this.service = service;
    }

    static IngressFixture start(String bootstrapServers, int redisPort, Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                bootstrapServers,
                "REDIS_PORT",
                String.valueOf(redisPort),
                "INGRESS_PORT",
                "0",
                "INGRESS_MANAGEMENT_PORT",
                "0",
                "INGRESS_WARM_UP_WEBHOOKS",
                "0",
                "WEBHOOK_SECRET",
                SECRET));
        all.putAll(variables);
        IngressService service = IngressService.create(new Environment(all));
        try {
            service.start();
        } catch (RuntimeException e) {
            service.close();
            throw e;
        }
        return new IngressFixture(service);
    }

    int port() {
        return service.port();
    }

    HttpResponse<String> post(String body, String... headers) {
        return send(request(body, headers).build());
    }

    CompletableFuture<HttpResponse<String>> postAsync(String body, String... headers) {
        return http.sendAsync(request(body, headers).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) {
        return get(service.port(), path);
    }

    HttpResponse<String> head(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + path))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build());
    }

    String prometheus() {
        return get(service.managementPort(), "/metrics").body();
    }

    /** What {@code /readyz} says of the components. */
    String readiness() {
        return get(service.managementPort(), "/readyz").body();
    }

    /** The value of a metric as Prometheus sees it, {@code name} or {@code name{tag="value"}}; 0 where there is none. */
    double metric(String name, String... tags) {
        return prometheus()
                .lines()
                .filter(line -> line.startsWith(name + "{") && Stream.of(tags).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private HttpResponse<String> get(int port, String path) {
        return send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .build());
    }

    HttpRequest.Builder request(String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + port() + "/webhooks/zoho"))
                .timeout(Duration.ofSeconds(30))
                .header("X-Zoho-Signature", sign(body))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return headers.length == 0 ? request : request.headers(headers);
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    static String sign(String body) {
        return sign(body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static String sign(byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(java.nio.charset.StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String account(String id) {
        return "{\"operation\":\"create\",\"module\":\"Accounts\",\"data\":[{\"id\":\"" + id + "\"}]}";
    }

    @Override
    public void close() {
        service.close();
    }
}
