package io.webhookmemory.sink.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.testing.KafkaForTests;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class PartitionedConsumerIT {
    /** Less than a rebalance waits for work, which is two minutes. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final String GROUP = "stopping";

    @AutoClose
    private static final KafkaForTests KAFKA = KafkaForTests.withTopics(Map.of());

    private final Map<String, Object> broker = Map.of("bootstrap.servers", KAFKA.bootstrapServers());

    @Test
    void who_stops_leaves_the_group_without_waiting_again_for_work_that_outlived_its_limit() {
        CompletableFuture<Delivery> endless = new CompletableFuture<>();
        PartitionedConsumer consumer = new PartitionedConsumer(
                KafkaSettings.from(new SettingsReader(new Environment(Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS",
                        KAFKA.bootstrapServers(),
                        // It is to leave by itself, not to be missed.
                        "KAFKA_SESSION_TIMEOUT_MS",
                        "300000")))),
                new PartitionedConsumer.Options(
                        GROUP,
                        "one",
                        List.of("zoho.deals"),
                        1,
                        message -> Instant.MIN,
                        message -> 0L,
                        () -> false,
                        partitions -> {}),
                delivery -> {
                    if (delivery.start()) {
                        endless.complete(delivery);
                    }
                },
                endless::completeExceptionally,
                Clock.systemUTC());
        consumer.start();
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(broker, new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("zoho.deals", "1", new byte[0]));
        }
        assertThat(endless).succeedsWithin(LIMIT);
        assertThat(members()).isEqualTo(1);

        consumer.close(Duration.ZERO);

        await().atMost(LIMIT).until(() -> members() == 0);
        assertThat(endless.join().isOurs()).isFalse();
    }

    private int members() {
        try (Admin admin = Admin.create(broker)) {
            return admin.describeConsumerGroups(List.of(GROUP))
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join()
                    .get(GROUP)
                    .members()
                    .size();
        }
    }
}
