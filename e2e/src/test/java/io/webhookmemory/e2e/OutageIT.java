package io.webhookmemory.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.quickstart.LocalPipeline;
import io.webhookmemory.quickstart.WebhookClient;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A part of the pipeline goes away: what the sender is told, and that nothing accepted is lost. */
class OutageIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @Test
    void with_kafka_down_the_sender_is_told_503_and_after_its_return_the_same_webhook_arrives() {
        try (LocalPipeline pipeline = LocalPipeline.start(Map.of("WEBHOOK_ACK_TIMEOUT_MS", "3000"))) {
            WebhookClient client = pipeline.webhookClient();
            String body = account("4001", "Survivor");
            pipeline.kafka().orElseThrow().stopBroker(1);

            HttpResponse<String> refused = client.post("kafka-down", body);

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).isPresent();

            pipeline.kafka().orElseThrow().startBroker(1);
            await().atMost(LIMIT).until(() -> client.post("kafka-down", body).statusCode() == 200);
            awaitOneDocument(pipeline, "Accounts_4001");
        }
    }

    @Test
    void with_redis_down_webhooks_are_accepted_and_arrive_once() {
        try (LocalPipeline pipeline = LocalPipeline.start(Map.of())) {
            pipeline.redis().orElseThrow().stopServer();
            WebhookClient client = pipeline.webhookClient();
            String body = account("4002", "Without Redis");

            assertThat(client.post("redis-down", body).body()).contains("accepted");
            assertThat(client.post("redis-down", body).body()).contains("accepted");

            awaitOneDocument(pipeline, "Accounts_4002");
            pipeline.redis().orElseThrow().startServer();
        }
    }

    private static void awaitOneDocument(LocalPipeline pipeline, String name) {
        CogneeDouble cognee = pipeline.cognee().orElseThrow();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(cognee.documents())
                        .filteredOn(document -> document.name().equals(name))
                        .hasSize(1));
    }

    private static String account(String id, String name) {
        return "{\"operation\":\"create\",\"module\":\"Accounts\",\"data\":[{\"id\":\"%s\",\"Account_Name\":\"%s\"}]}"
                .formatted(id, name);
    }
}
