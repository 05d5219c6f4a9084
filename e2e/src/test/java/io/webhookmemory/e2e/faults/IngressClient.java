package io.webhookmemory.e2e.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A sender's HTTP: signs with its own code, so that a fault in the pipeline's would show. Thread-safe. */
final class IngressClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String HMAC = "HmacSHA256";

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final URI ingress;
    private final String secret;

    IngressClient(URI ingress, String secret) {
        this.ingress = ingress;
        this.secret = secret;
    }

    /** @return empty if there was no response */
    Optional<HttpResponse<String>> post(String eventId, String body) {
        return post(eventId, body, signature(body));
    }

    /** @return empty if there was no response */
    Optional<HttpResponse<String>> post(String eventId, String body, String signature) {
        return send(HttpRequest.newBuilder(ingress.resolve("/webhooks/zoho"))
                .header("Content-Type", "application/json")
                .header("X-Zoho-Event-Id", eventId)
                .header("X-Zoho-Signature", signature)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** @return empty if there was no response */
    Optional<HttpResponse<String>> health() {
        return send(HttpRequest.newBuilder(ingress.resolve("/webhooks/health")));
    }

    private Optional<HttpResponse<String>> send(HttpRequest.Builder request) {
        try {
            return Optional.of(http.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private String signature(String body) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
