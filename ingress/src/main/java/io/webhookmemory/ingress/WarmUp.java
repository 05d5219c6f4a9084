package io.webhookmemory.ingress;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.ingress.auth.AuthMethod;
import io.webhookmemory.ingress.auth.AuthSettings;
import io.webhookmemory.ingress.dedup.RecentEventIds;
import io.webhookmemory.ingress.http.HttpSettings;
import io.webhookmemory.ingress.http.IngressMetrics;
import io.webhookmemory.ingress.http.StatusHandlers;
import io.webhookmemory.ingress.http.WebServer;
import io.webhookmemory.ingress.http.WebhookHandler;
import io.webhookmemory.ingress.status.PipelineWatch;
import io.webhookmemory.service.config.Hmac;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.service.kafka.EventPublisher;
import io.webhookmemory.service.redis.RedisLink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends synthetic webhooks before the ingress is ready, so that real ones do not wait while classes are loaded and code is
 * compiled. They go to a second web server on the loopback interface with a secret of its own. It consists of the same
 * parts as the real one, except for its metrics and its producer, which writes nothing; what it adds to Redis expires after
 * a second.
 */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration RESPONSE_LIMIT = Duration.ofSeconds(2);
    private static final Duration REDIS_TTL = Duration.ofSeconds(1);
    private static final int THREADS = 4;

    private final IngressSettings settings;
    private final RedisLink redis;
    private final PipelineWatch pipeline;
    private final Secret secret = new Secret(UUID.randomUUID().toString());
    private final Hmac hmac = new Hmac(secret);

    WarmUp(IngressSettings settings, RedisLink redis, PipelineWatch pipeline) {
        this.settings = settings;
        this.redis = redis;
        this.pipeline = pipeline;
    }

    /**
     * Sends webhooks one after another, for a few seconds at most. A failure is logged and ends the warm-up only.
     *
     * @return the number of acknowledged webhooks
     */
    int run(int webhooks) {
        Duration ackTimeout = settings.publisher().ackTimeout();
        IngressMetrics metrics = new IngressMetrics(new SimpleMeterRegistry());
        ExecutorService workers = Executors.newFixedThreadPool(THREADS);
        MockProducer<String, byte[]> producer =
                new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
        try (RecentEventIds ids = new RecentEventIds(
                        redis, REDIS_TTL, settings.service().redis().timeout(), ackTimeout);
                EventPublisher publisher = new EventPublisher(settings.publisher(), producer);
                WebServer server = new WebServer(
                        http(),
                        ackTimeout,
                        RESPONSE_LIMIT,
                        new WebhookHandler(
                                http(), ackTimeout, ids, publisher, pipeline, metrics, Clock.systemUTC(), workers),
                        new StatusHandlers(pipeline, ids, metrics, settings.maxQueueSize(), Clock.systemUTC()),
                        new QueuedThreadPool(THREADS))) {
            server.start();
            return send(server.port(), webhooks);
        } catch (IOException | RuntimeException e) {
            LOG.warn("warm-up failed", e);
            return 0;
        } finally {
            workers.shutdownNow();
        }
    }

    private HttpSettings http() {
        HttpSettings real = settings.http();
        return new HttpSettings(
                InetAddress.getLoopbackAddress().getHostAddress(),
                0,
                true,
                new AuthSettings(Set.of(AuthMethod.SIGNATURE), List.of(secret), List.of(), false),
                real.rules(),
                real.budget(),
                real.limits(),
                HttpSettings.Overflow.BUFFER);
    }

    private int send(int port, int webhooks) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        int acknowledged = 0;
        for (int i = 0; i < webhooks && System.nanoTime() - deadline < 0; i++) {
            try (Socket connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
                connection.setSoTimeout((int) RESPONSE_LIMIT.toMillis());
                connection.getOutputStream().write(request(i));
                String response = new String(connection.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                if (response.startsWith("HTTP/1.1 200 ")) {
                    acknowledged++;
                }
            }
        }
        return acknowledged;
    }

    private byte[] request(int number) {
        String body = ("{\"operation\":\"update\",\"module\":\"%s\",\"data\":[{\"id\":\"%d\",\"Modified_Time\":\"%s\","
                        + "\"Name\":\"warm-up\",\"Amount\":%d.50,\"Account_Name\":{\"id\":\"%d\",\"name\":\"warm-up\"}}],"
                        + "\"modified_fields\":[\"Amount\"],\"user\":{\"id\":\"1\"}}")
                .formatted(settings.catalogue().modules().get(0), number, "2026-01-01T12:00:00+01:00", number, number);
        String signature = HexFormat.of().formatHex(hmac.of(body.getBytes(StandardCharsets.US_ASCII)));
        return ("POST /webhooks/zoho HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + "X-Zoho-Signature: sha256=" + signature + "\r\nX-Zoho-Event-Id: warm-up-" + number
                        + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
