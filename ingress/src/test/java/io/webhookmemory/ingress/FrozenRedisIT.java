package io.webhookmemory.ingress;

import static io.webhookmemory.ingress.IngressFixture.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lettuce.core.RedisClient;
import io.webhookmemory.service.management.ComponentHealth;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Redis is a courtesy: if it hangs or is gone, repeats are accepted again, and no webhook is lost. */
class FrozenRedisIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static KafkaForTests kafka;

    @BeforeAll
    static void start() {
        kafka = KafkaForTests.withTopics(Map.of());
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void while_redis_is_frozen_webhooks_are_accepted_and_health_says_so_until_it_is_back() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start();
                OtherServices others = new OtherServices(redis.port());
                IngressFixture ingress = IngressFixture.start(kafka.bootstrapServers(), redis.port(), Map.of())) {
            others.report(ComponentHealth.UP);
            awaitHealth(ingress, true);
            assertRepeatIsKnown(ingress, "before");
            long process = processId(redis);

            signal("STOP", process);
            try {
                assertAllAccepted(ingress, "frozen");
                assertThat(ingress.post(account("before"), "X-Zoho-Event-Id", "before")
                                .body())
                        .as("Redis does not know it")
                        .contains("\"accepted\"");
                awaitHealth(ingress, false);
            } finally {
                signal("CONT", process);
            }

            awaitHealth(ingress, true);
            assertRepeatIsKnown(ingress, "after");
        }
    }

    @Test
    void a_redis_limit_longer_than_the_acknowledgement_limit_costs_no_webhook() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start();
                IngressFixture ingress = IngressFixture.start(
                        kafka.bootstrapServers(),
                        redis.port(),
                        Map.of("REDIS_TIMEOUT_MS", "10000", "WEBHOOK_ACK_TIMEOUT_MS", "4000"))) {
            assertRepeatIsKnown(ingress, "connected");
            long process = processId(redis);

            signal("STOP", process);
            try {
                assertThat(ingress.post(account("slow-redis")).statusCode()).isEqualTo(200);
            } finally {
                signal("CONT", process);
            }
        }
    }

    @Test
    void a_freeze_is_noticed_and_its_end_too_while_no_webhooks_come() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start();
                OtherServices others = new OtherServices(redis.port());
                IngressFixture ingress = IngressFixture.start(kafka.bootstrapServers(), redis.port(), Map.of())) {
            others.report(ComponentHealth.UP);
            awaitHealth(ingress, true);
            long process = processId(redis);

            signal("STOP", process);
            try {
                awaitHealth(ingress, false);
            } finally {
                signal("CONT", process);
            }
            awaitHealth(ingress, true);
        }
    }

    @Test
    void while_redis_is_gone_webhooks_are_accepted_and_components_are_told_from_kafkas_lag() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start();
                OtherServices others = new OtherServices(redis.port());
                IngressFixture ingress = IngressFixture.start(kafka.bootstrapServers(), redis.port(), Map.of())) {
            others.report(ComponentHealth.UP);
            awaitHealth(ingress, true);

            redis.stopServer();

            assertAllAccepted(ingress, "gone");
            awaitHealth(ingress, false);
            await().atMost(LIMIT)
                    .until(() -> health(ingress)
                            .path("components")
                            .path("stream-processor")
                            .asText()
                            .startsWith("lag "));
            redis.startServer();
            awaitHealth(ingress, true);
            assertRepeatIsKnown(ingress, "returned");
        }
    }

    private static void assertAllAccepted(IngressFixture ingress, String name) {
        List<CompletableFuture<HttpResponse<String>>> senders = IntStream.range(0, 200)
                .mapToObj(i -> ingress.postAsync(account(name + i)))
                .toList();
        assertThat(senders).allSatisfy(sender -> {
            assertThat(sender.join().statusCode()).isEqualTo(200);
            assertThat(sender.join().body()).contains("\"accepted\"");
        });
    }

    private static void assertRepeatIsKnown(IngressFixture ingress, String id) {
        await().atMost(LIMIT)
                .until(() ->
                        ingress.post(account(id), "X-Zoho-Event-Id", id).body().contains("\"duplicate\""));
    }

    private static void awaitHealth(IngressFixture ingress, boolean connected) {
        String status = connected ? "healthy" : "degraded";
        await().atMost(LIMIT).untilAsserted(() -> {
            JsonNode health = health(ingress);
            assertThat(health.path("redis_connected").asBoolean()).isEqualTo(connected);
            assertThat(health.path("status").asText()).isEqualTo(status);
        });
    }

    private static JsonNode health(IngressFixture ingress) throws IOException {
        return Json.MAPPER.readTree(ingress.get("/webhooks/health").body());
    }

    private static long processId(EmbeddedRedis redis) {
        RedisClient client = RedisClient.create("redis://localhost:" + redis.port());
        try {
            Matcher id = Pattern.compile("process_id:(\\d+)")
                    .matcher(client.connect().sync().info("server"));
            assertThat(id.find()).isTrue();
            return Long.parseLong(id.group(1));
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    private static void signal(String name, long process) throws InterruptedException {
        try {
            int code = new ProcessBuilder("kill", "-" + name, String.valueOf(process))
                    .start()
                    .waitFor();
            assertThat(code).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
