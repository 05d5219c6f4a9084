package io.webhookmemory.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Posts signed webhooks, like a sender that knows the secret. Thread-safe. */
public final class WebhookClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final URI endpoint;
    private final String secret;

    /** @param ingress base URL of the ingress */
    public WebhookClient(URI ingress, String secret) {
        this.endpoint = ingress.resolve("/webhooks/zoho");
        this.secret = secret;
    }

    public HttpResponse<String> post(String eventId, String body) {
        return post(eventId, body, sign(secret, body));
    }

    /** Posts with a signature that may be wrong. */
    public HttpResponse<String> post(String eventId, String body, String signature) {
        try {
            return http.send(request(eventId, body, signature), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while posting", e);
        }
    }

    private HttpRequest request(String eventId, String body, String signature) {
        return HttpRequest.newBuilder(endpoint)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .header("X-Zoho-Event-Id", eventId)
                .header("X-Zoho-Signature", signature)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /** The value of {@code X-Zoho-Signature}: {@code sha256=} and the lower-case hex HMAC-SHA256 of the body. */
    public static String sign(String secret, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has HmacSHA256", e);
        }
    }
}
