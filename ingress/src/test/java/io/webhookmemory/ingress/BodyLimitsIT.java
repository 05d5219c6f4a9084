package io.webhookmemory.ingress;

import static io.webhookmemory.ingress.IngressFixture.account;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What senders may take up: size, time and memory, in the hands of senders that take all of it. */
class BodyLimitsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration BETWEEN_BYTES = Duration.ofMillis(100);
    private static final int MIB = 1024 * 1024;
    private static final int SENDERS = 300;

    private static KafkaForTests kafka;
    private static EmbeddedRedis redis;
    private static IngressFixture ingress;
    private static ScheduledExecutorService scheduler;

    private final List<SlowSender> senders = new ArrayList<>();

    @BeforeAll
    static void start() {
        kafka = KafkaForTests.withTopics(Map.of());
        redis = EmbeddedRedis.start();
        ingress = IngressFixture.start(
                kafka.bootstrapServers(),
                redis.port(),
                Map.of(
                        "WEBHOOK_BODY_TIMEOUT_MS", "2000",
                        "INGRESS_IDLE_TIMEOUT_MS", "2000",
                        "WEBHOOK_MAX_BODIES_BYTES", String.valueOf(4 * MIB)));
        scheduler = Executors.newScheduledThreadPool(2);
    }

    @AfterAll
    static void stop() {
        scheduler.shutdownNow();
        ingress.close();
        redis.close();
        kafka.close();
    }

    @AfterEach
    void hangUp() {
        senders.forEach(SlowSender::close);
    }

    @Test
    void bodies_that_trickle_are_ended_while_honest_webhooks_get_responses() {
        for (int i = 0; i < SENDERS; i++) {
            sender().send(head("Content-Length: 1000\r\n")).trickle(scheduler, BETWEEN_BYTES);
        }

        assertHonestWebhooksAreAnswered();
        assertThat(senders)
                .allSatisfy(sender -> assertThat(sender.untilClosed()).startsWith("HTTP/1.1 408 "));
        await().atMost(LIMIT).until(() -> outcomes("timed_out") > 0);
    }

    @Test
    void heads_that_trickle_are_ended_while_honest_webhooks_get_responses() {
        for (int i = 0; i < SENDERS; i++) {
            sender().send("POST /webhooks/zoho HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
                    .trickle(scheduler, BETWEEN_BYTES);
        }

        assertHonestWebhooksAreAnswered();
        assertThat(senders)
                .allSatisfy(sender -> assertThat(sender.untilClosed()).isEmpty());
    }

    @Test
    void connections_that_say_nothing_are_ended_before_and_after_a_request() {
        SlowSender silent = sender();
        SlowSender done = sender().send(head("Content-Length: 2\r\n") + "{}");

        assertThat(silent.untilClosed()).isEmpty();
        assertThat(done.untilClosed()).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void what_follows_a_refusal_has_no_more_time_than_a_body() {
        SlowSender declared = sender().send(head("Content-Length: 2000000\r\n")).trickle(scheduler, BETWEEN_BYTES);
        SlowSender chunked = sender().send(head("Transfer-Encoding: chunked\r\n") + "200000\r\n");
        chunked.send(new byte[MIB + 1]).trickle(scheduler, BETWEEN_BYTES);

        assertThat(declared.untilClosed()).startsWith("HTTP/1.1 413 ");
        assertThat(chunked.untilClosed()).startsWith("HTTP/1.1 413 ");
        await().atMost(LIMIT).until(() -> declared.isCutOff() && chunked.isCutOff());
    }

    @Test
    void a_sender_that_asks_first_is_refused_before_it_sends() {
        SlowSender asking = sender().send(head("Content-Length: 2000000\r\nExpect: 100-continue\r\n"));

        assertThat(asking.untilClosed()).startsWith("HTTP/1.1 413 ");
    }

    @Test
    void many_large_bodies_hold_no_more_than_they_may_and_leave_room_for_ordinary_ones() {
        byte[] most = new byte[MIB - 1];
        for (int i = 0; i < 20; i++) {
            sender().send(head("Content-Length: " + MIB + "\r\n")).send(most);
        }

        assertThat(ingress.post(account("while-full")).statusCode()).isEqualTo(200);
        assertThat(bodyBytes()).isLessThanOrEqualTo(4.0 * MIB);
        List<String> responses = senders.stream()
                .map(SlowSender::untilClosed)
                .map(BodyLimitsIT::firstLine)
                .toList();
        assertThat(responses)
                .filteredOn(response -> response.startsWith("HTTP/1.1 503 "))
                .as("beyond what there is memory for")
                .isNotEmpty();
        await().atMost(LIMIT).until(() -> outcomes("busy") > 0);

        await().atMost(LIMIT).until(() -> bodyBytes() == 0);
        assertThat(ingress.post(" ".repeat(MIB - 100) + account("large")).statusCode())
                .isEqualTo(200);
        await().atMost(LIMIT).until(() -> bodyBytes() == 0);
    }

    @Test
    void a_large_body_is_refused_by_its_declared_length_while_there_is_no_room_and_a_small_one_is_not() {
        for (int i = 0; i < 6; i++) {
            sender().send(head("Content-Length: 600000\r\n")).send(new byte[520_000]);
        }
        await().atMost(LIMIT).until(() -> bodyBytes() > 2.5 * MIB);

        SlowSender large = sender().send(head("Content-Length: " + (MIB - 1) + "\r\n"));

        assertThat(large.response()).startsWith("HTTP/1.1 503 ").contains("Retry-After: ");
        assertThat(ingress.post(account("beside-large")).statusCode()).isEqualTo(200);
    }

    @Test
    void every_one_of_a_crowd_of_large_senders_gets_a_response() {
        byte[] request = (head("Content-Length: " + MIB + "\r\n") + "x".repeat(MIB)).getBytes(US_ASCII);
        ExecutorService crowd = Executors.newFixedThreadPool(100);
        try {
            List<CompletableFuture<String>> responses = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                responses.add(CompletableFuture.supplyAsync(
                        () -> {
                            try (SlowSender sender = new SlowSender(ingress.port(), LIMIT)) {
                                return sender.send(request).untilClosed();
                            }
                        },
                        crowd));
            }

            assertHonestWebhooksAreAnswered();
            assertThat(responses)
                    .allSatisfy(
                            response -> assertThat(firstLine(response.join())).matches("HTTP/1.1 (401|503) .*"));
        } finally {
            crowd.shutdownNow();
        }
    }

    @Test
    void a_body_that_its_sender_abandons_gives_its_memory_back() {
        // Time enough: however slow this machine is, the sender abandons the body before its time limit ends it.
        try (IngressFixture patient = IngressFixture.start(
                kafka.bootstrapServers(),
                redis.port(),
                Map.of("WEBHOOK_BODY_TIMEOUT_MS", "60000", "INGRESS_IDLE_TIMEOUT_MS", "60000"))) {
            SlowSender gone = new SlowSender(patient.port(), LIMIT);
            senders.add(gone);
            gone.send(head("Content-Length: 500000\r\n")).send(new byte[400_000]);
            await().atMost(LIMIT).until(() -> patient.metric("ingress_bodies_bytes") > 0);

            gone.close();

            await().atMost(LIMIT).until(() -> patient.metric("ingress_bodies_bytes") == 0);
            await().atMost(LIMIT).until(() -> patient.metric("ingress_requests_total", "outcome=\"cut_short\"") > 0);
        }
    }

    @Test
    void more_connections_than_allowed_wait_and_are_not_lost() {
        try (IngressFixture small = IngressFixture.start(
                kafka.bootstrapServers(),
                redis.port(),
                Map.of("INGRESS_MAX_CONNECTIONS", "16", "INGRESS_IDLE_TIMEOUT_MS", "1000"))) {
            for (int i = 0; i < 40; i++) {
                senders.add(new SlowSender(small.port(), LIMIT));
            }

            assertThat(small.post(account("behind-idle-connections")).statusCode())
                    .isEqualTo(200);
        }
    }

    private SlowSender sender() {
        SlowSender sender = new SlowSender(ingress.port(), LIMIT);
        senders.add(sender);
        return sender;
    }

    private static void assertHonestWebhooksAreAnswered() {
        assertThat(IntStream.range(0, 20)
                        .map(i -> ingress.post(account("honest-" + i)).statusCode()))
                .containsOnly(200);
    }

    private static double bodyBytes() {
        return ingress.metric("ingress_bodies_bytes");
    }

    private static double outcomes(String outcome) {
        return ingress.metric("ingress_requests_total", "outcome=\"" + outcome + "\"");
    }

    private static String firstLine(String response) {
        return response.lines().findFirst().orElse("");
    }

    private static String head(String headers) {
        return "POST /webhooks/zoho HTTP/1.1\r\nHost: localhost\r\nX-Zoho-Signature: x\r\n" + headers + "\r\n";
    }
}
