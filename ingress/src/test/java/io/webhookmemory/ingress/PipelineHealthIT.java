package io.webhookmemory.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.webhookmemory.service.management.ComponentHealth;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.CommitNote;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code /webhooks/health} says of the three services. */
class PipelineHealthIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private KafkaForTests kafka;
    private EmbeddedRedis redis;
    private IngressFixture ingress;

    @BeforeEach
    void start() {
        kafka = KafkaForTests.withTopics(Map.of());
        redis = EmbeddedRedis.start();
        ingress = IngressFixture.start(
                kafka.bootstrapServers(),
                redis.port(),
                Map.of("REDIS_TIMEOUT_MS", "2000", "INSTANCE_ID", "host-of-ingress"));
    }

    @AfterEach
    void stop() {
        ingress.close();
        redis.close();
        kafka.close();
    }

    @Test
    void a_service_that_was_never_started_is_missing() {
        awaitHealth("degraded", "healthy", "missing", "missing");
    }

    @Test
    void a_service_that_stops_or_is_not_well_is_named() {
        try (OtherServices others = new OtherServices(redis.port())) {
            awaitHealth("healthy", "healthy", "healthy", "healthy");

            others.report(ComponentHealth.degraded("Cognee is away"));
            awaitHealth("degraded", "healthy", "degraded", "degraded");

            others.report(ComponentHealth.UP);
            others.stopSink();
            awaitHealth("degraded", "healthy", "healthy", "missing");
        }
    }

    @Test
    void a_frozen_service_is_missing_when_its_last_report_is_too_old() {
        RedisClient client = RedisClient.create("redis://localhost:" + redis.port());
        try (OtherServices others = new OtherServices(redis.port())) {
            others.stopSink();
            RedisCommands<String, String> commands = client.connect().sync();
            commands.sadd("webhook:health:memory-sink", "frozen");
            commands.set("webhook:health:memory-sink:frozen", "{\"status\":\"healthy\"}");
            awaitHealth("healthy", "healthy", "healthy", "healthy");

            commands.pexpire("webhook:health:memory-sink:frozen", 1);

            awaitHealth("degraded", "healthy", "healthy", "missing");
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(commands.smembers("webhook:health:memory-sink"))
                            .isEmpty());
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    @Test
    void the_queue_is_counted_in_events_and_not_in_transaction_markers() throws Exception {
        TopicPartition partition = new TopicPartition("zoho.accounts", 0);
        try (Producer<String, byte[]> producer = transactional();
                Admin admin =
                        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))) {
            producer.initTransactions();
            for (int transaction = 0; transaction < 7; transaction++) {
                producer.beginTransaction();
                for (int event = 0; event < (transaction < 2 ? 2 : 1); event++) {
                    producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), "1", new byte[] {1}));
                }
                producer.commitTransaction();
            }
            // As the memory-sink commits it: all is read, nothing is done.
            admin.alterConsumerGroupOffsets(
                            Topics.SINK_GROUP,
                            Map.of(partition, new OffsetAndMetadata(0, new CommitNote(16, 9, List.of()).toMetadata(0))))
                    .all()
                    .get();
        }

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(health().path("queue_size").asLong()).isEqualTo(9));
    }

    @Test
    void what_is_in_a_topic_that_was_created_again_waits_although_the_old_positions_are_beyond_it() throws Exception {
        TopicPartition partition = new TopicPartition("zoho.accounts", 0);
        try (Producer<String, byte[]> producer = transactional();
                Admin admin =
                        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int event = 0; event < 3; event++) {
                producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), "1", new byte[] {1}));
            }
            producer.commitTransaction();
            admin.alterConsumerGroupOffsets(
                            Topics.SINK_GROUP,
                            Map.of(
                                    partition,
                                    new OffsetAndMetadata(1000, new CommitNote(1000, 0, List.of()).toMetadata(0))))
                    .all()
                    .get();
        }

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(health().path("queue_size").asLong()).isEqualTo(4));
    }

    private Producer<String, byte[]> transactional() {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "pipeline-health"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @Test
    void names_of_hosts_are_shown_on_the_management_port_only() {
        try (OtherServices others = new OtherServices(redis.port())) {
            others.report(ComponentHealth.UP);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(ingress.readiness())
                            .contains("host-of-ingress", "host-of-processor", "host-of-sink"));

            assertThat(ingress.get("/webhooks/health").body()).doesNotContain("host-of");
        }
    }

    private void awaitHealth(String status, String ofIngress, String ofProcessor, String ofSink) {
        await().atMost(LIMIT).untilAsserted(() -> {
            JsonNode health = health();
            assertThat(health.path("components").properties())
                    .extracting(component ->
                            component.getKey() + " " + component.getValue().asText())
                    .containsExactlyInAnyOrder(
                            "ingress " + ofIngress, "stream-processor " + ofProcessor, "memory-sink " + ofSink);
            assertThat(health.path("status").asText()).isEqualTo(status);
        });
    }

    private JsonNode health() throws IOException {
        return Json.MAPPER.readTree(ingress.get("/webhooks/health").body());
    }
}
