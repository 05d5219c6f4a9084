package io.webhookmemory.ingress.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.ingress.IngressSettings;
import io.webhookmemory.ingress.dedup.RecentEventIds;
import io.webhookmemory.ingress.status.PipelineWatch;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.EventPublisher;
import io.webhookmemory.service.redis.RedisLink;
import io.webhookmemory.service.redis.RedisSettings;
import io.webhookmemory.testkit.KafkaForTests;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingDeque;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The web server alone, with webhooks that are not finished until the test lets them: what is left of a webhook after its
 * authentication waits in {@link #held}. There is no Kafka and no Redis.
 */
class UnansweredRequestsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String SECRET = "a-secret-of-the-tests-with-thirty-two-characters";
    private static final String BODY = "{\"operation\":\"create\",\"module\":\"Accounts\",\"data\":[{\"id\":\"1\"}]}";

    private final BlockingDeque<Runnable> held = new LinkedBlockingDeque<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<AutoCloseable> parts = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (int i = parts.size() - 1; i >= 0; i--) {
            parts.get(i).close();
        }
    }

    @Test
    void a_webhook_that_is_not_finished_in_time_is_503_and_never_500() throws Exception {
        WebServer server = start(Map.of("WEBHOOK_ACK_TIMEOUT_MS", "100"), Clock.systemUTC(), held::add);

        try (Socket sender = send(server, signed())) {
            String response = response(sender);

            assertThat(response)
                    .startsWith("HTTP/1.1 503 ")
                    .containsIgnoringCase("\r\nRetry-After: ")
                    .contains("could not be stored");
            assertThat(held).as("it was not finished").isNotEmpty();
            assertThat(registry.get("ingress.requests")
                            .tag("outcome", "internal")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void what_parsing_takes_is_taken_from_the_acknowledgement_limit() throws Exception {
        try (KafkaForTests kafka = KafkaForTests.withTopics(Map.of())) {
            // The clock is read between authentication and parsing.
            Clock slow = new SlowClock(Duration.ofMillis(1_500));
            WebServer server = start(
                    Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(), "WEBHOOK_ACK_TIMEOUT_MS", "1000"),
                    slow,
                    Runnable::run);

            try (Socket sender = send(server, signed())) {
                assertThat(response(sender)).startsWith("HTTP/1.1 503 ");
            }
            assertThat(registry.get("ingress.requests")
                            .tag("outcome", "not_acknowledged")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void while_the_server_stops_requests_in_flight_are_finished_and_no_further_one_is_taken() throws Exception {
        WebServer server = start(Map.of("WEBHOOK_ACK_TIMEOUT_MS", "20000"), Clock.systemUTC(), held::add);
        try (Socket first = send(server, signed() + "GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            await().atMost(LIMIT).until(() -> held.size() == 1);
            try (Socket second = send(server, signed())) {
                await().atMost(LIMIT).until(() -> held.size() == 2);
                CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close);
                await().atMost(LIMIT).until(() -> server.jetty().isStopping());

                finish();
                assertThat(response(first)).contains("could not be stored");
                assertThat(first.getInputStream().read())
                        .as("the next one on this connection gets no response")
                        .isEqualTo(-1);

                finish();
                assertThat(response(second)).contains("could not be stored");
                stopped.get();
            }
        }
    }

    @Test
    void connections_are_kept_alive_longer_than_a_load_balancers_sixty_seconds() {
        WebServer server = start(Map.of(), Clock.systemUTC(), Runnable::run);

        assertThat(handler(server, WaitingConnections.class).idleTime()).isEqualTo(Duration.ofSeconds(75));
        assertThat(server.jetty().getConnectors())
                .singleElement()
                .satisfies(connector -> assertThat(connector.getIdleTimeout())
                        .as("Jetty's own limit does not end them sooner")
                        .isGreaterThan(75_000));
    }

    /** Lets the oldest webhook go on to its end. Kafka is not there, so its last step is held as well, behind the others. */
    private void finish() throws InterruptedException {
        held.takeFirst().run();
        held.takeLast().run();
    }

    private WebServer start(Map<String, String> variables, Clock clock, Executor workers) {
        Map<String, String> all = new HashMap<>(
                Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:1", "INGRESS_PORT", "0", "WEBHOOK_SECRET", SECRET));
        all.putAll(variables);
        SettingsReader reader = new SettingsReader(new Environment(all));
        IngressSettings settings = IngressSettings.from(reader);
        Duration ackTimeout = settings.publisher().ackTimeout();
        RedisLink redis = closing(new RedisLink(RedisSettings.from(reader)));
        RecentEventIds duplicates = closing(new RecentEventIds(
                redis, settings.eventTtl(), settings.service().redis().timeout(), ackTimeout));
        EventPublisher publisher = closing(new EventPublisher(settings.publisher()));
        PipelineWatch pipeline = closing(
                new PipelineWatch(settings.service().kafka(), settings.catalogue(), settings.maxQueueSize(), redis));
        IngressMetrics metrics = new IngressMetrics(registry);
        WebServer server = closing(new WebServer(
                settings.http(),
                ackTimeout,
                settings.service().shutdownTimeout(),
                new WebhookHandler(
                        settings.http(), ackTimeout, duplicates, publisher, pipeline, metrics, clock, workers),
                new StatusHandlers(pipeline, duplicates, metrics, settings.maxQueueSize(), clock),
                new QueuedThreadPool(4)));
        server.start();
        return server;
    }

    private static <T extends Handler> T handler(WebServer server, Class<T> type) {
        return server.jetty().getDescendants(type).get(0);
    }

    private <T extends AutoCloseable> T closing(T part) {
        parts.add(part);
        return part;
    }

    private static Socket send(WebServer server, String request) throws IOException {
        Socket socket = new Socket("localhost", server.port());
        socket.setSoTimeout((int) LIMIT.toMillis());
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String signed() throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        String signature = HexFormat.of().formatHex(mac.doFinal(BODY.getBytes(StandardCharsets.US_ASCII)));
        return "POST /webhooks/zoho HTTP/1.1\r\nHost: localhost\r\nX-Zoho-Signature: " + signature
                + "\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;
    }

    /** Stands for a webhook that takes long to parse. */
    private static final class SlowClock extends Clock {
        private final Duration time;

        SlowClock(Duration time) {
            this.time = time;
        }

        @Override
        public Instant instant() {
            long end = System.nanoTime() + time.toNanos();
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return Instant.now();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private static String response(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder said = new StringBuilder();
        while (said.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as("after " + said).isNotNegative();
            said.append((char) next);
        }
        String lengthHeader = said.toString()
                .lines()
                .filter(line -> line.regionMatches(true, 0, "Content-Length: ", 0, 16))
                .findFirst()
                .orElseThrow();
        return said + new String(in.readNBytes(Integer.parseInt(lengthHeader.substring(16))), StandardCharsets.UTF_8);
    }
}
