package io.webhookmemory.ingress;

import static io.webhookmemory.ingress.IngressFixture.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that send requests and do not read the responses. */
class SlowReadersIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** More than the ingress has threads. */
    private static final int CLIENTS = 40;

    private static final String GET = "GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String UNSIGNED =
            "POST /webhooks/zoho HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";

    private static KafkaForTests kafka;
    private static EmbeddedRedis redis;
    private static IngressFixture ingress;

    private final List<SlowSender> clients = new ArrayList<>();

    @BeforeAll
    static void start() {
        kafka = KafkaForTests.withTopics(Map.of());
        redis = EmbeddedRedis.start();
        ingress = IngressFixture.start(
                kafka.bootstrapServers(),
                redis.port(),
                Map.of("INGRESS_RESPONSE_TIMEOUT_MS", "5000", "INGRESS_IDLE_TIMEOUT_MS", "20000"));
    }

    @AfterAll
    static void stop() {
        ingress.close();
        redis.close();
        kafka.close();
    }

    @AfterEach
    void hangUp() {
        clients.forEach(SlowSender::close);
    }

    @Test
    void clients_that_never_read_hold_no_thread_and_are_closed() {
        for (int i = 0; i < CLIENTS; i++) {
            client();
        }
        // One after the other, until what the hosts buffer is full.
        await().atMost(LIMIT).until(() -> {
            clients.forEach(client -> client.send(GET.repeat(10)));
            return ingress.metric("ingress_bodies_bytes") > CLIENTS * 10_000;
        });

        assertThat(ingress.post(account("beside-slow-readers")).statusCode()).isEqualTo(200);
        assertThat(ingress.metric("ingress_bodies_bytes")).as("they still wait").isPositive();
        await().atMost(LIMIT).until(() -> ingress.metric("ingress_bodies_bytes") == 0);
    }

    @Test
    void pipelined_requests_get_responses_up_to_a_bound_and_then_the_connection_is_closed() {
        for (String request : List.of(GET, UNSIGNED)) {
            String responses = client().send(request.repeat(100)).untilClosed();

            assertThat(responses.split("HTTP/1.1 ", -1)).hasSizeBetween(2, 20);
            assertThat(responses).contains("Connection: close");
        }
    }

    @Test
    void requests_one_after_the_other_are_no_pipeline() {
        SlowSender patient = client();
        for (int i = 0; i < 50; i++) {
            patient.send(UNSIGNED);
            assertThat(patient.response()).startsWith("HTTP/1.1 401 ");
        }
    }

    private SlowSender client() {
        SlowSender client = SlowSender.withSmallBuffer(ingress.port(), LIMIT);
        clients.add(client);
        return client;
    }
}
