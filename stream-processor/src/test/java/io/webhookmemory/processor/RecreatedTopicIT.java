package io.webhookmemory.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code zoho.webhooks} is deleted and created again: what is accepted afterwards must be processed. */
class RecreatedTopicIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Map<String, String> TWO_PARTITIONS = Map.of("TOPICS_PARTITIONS", "2");

    @TempDir
    private Path directory;

    @AutoClose
    private final KafkaForTests kafka = KafkaForTests.withTopics(TWO_PARTITIONS);

    @AutoClose
    private final Admin admin =
            Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()));

    @Test
    void a_start_with_a_committed_position_beyond_the_end_reads_from_the_beginning() throws Exception {
        commit(20);
        send(3);

        try (ProcessorProcess processor = start();
                TopicReader deals = new TopicReader(kafka.bootstrapServers(), "zoho.deals")) {
            processor.awaitReady();

            assertThat(deals.until(LIMIT, records -> records.size() >= 3)).hasSize(3);
            assertThat(processor.log()).contains("position was beyond the end of the log", "\"committed\":\"20\"");
            assertThat(processor.metric("kafka_positions_rewound")).isEqualTo(2);
        }
    }

    @Test
    void a_running_processor_ends_and_reads_the_new_topic_from_its_beginning_at_the_next_start() throws Exception {
        try (TopicReader deals = new TopicReader(kafka.bootstrapServers(), "zoho.deals")) {
            try (ProcessorProcess processor = start().awaitReady()) {
                send(5);
                assertThat(deals.until(LIMIT, records -> records.size() >= 5)).hasSize(5);
                await().atMost(LIMIT)
                        .until(() -> processor.get("/metrics").body().contains("kafka_topics_recreated{"));

                admin.deleteTopics(List.of(Topics.WEBHOOKS)).all().get();
                await().atMost(LIMIT)
                        .until(() -> !admin.listTopics().names().get().contains(Topics.WEBHOOKS));
                KafkaForTests.applyCatalogue(kafka.bootstrapServers(), TWO_PARTITIONS);
                send(40);

                assertThat(processor.exitCode(LIMIT)).isEqualTo(1);
                assertThat(processor.log()).contains("topics were deleted and created again: zoho.webhooks");
            }
            try (ProcessorProcess processor = start().awaitReady()) {
                assertThat(deals.until(LIMIT, records -> records.size() >= 45)).hasSizeGreaterThanOrEqualTo(45);
                assertThat(processor.isAlive()).isTrue();
            }
        }
    }

    private ProcessorProcess start() {
        return ProcessorProcess.start(kafka.bootstrapServers(), directory, TWO_PARTITIONS);
    }

    /** With the epoch that consumers commit: by it Kafka's client takes the end of a shorter log for its position. */
    private void commit(long offset) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (int partition = 0; partition < 2; partition++) {
            positions.put(
                    new TopicPartition(Topics.WEBHOOKS, partition), new OffsetAndMetadata(offset, Optional.of(0), ""));
        }
        admin.alterConsumerGroupOffsets(Topics.PROCESSOR_GROUP, positions).all().get();
    }

    private void send(int events) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
            for (int i = 0; i < events; i++) {
                WebhookEvent event = event(events + "-" + i);
                ProducerRecord<String, byte[]> record =
                        new ProducerRecord<>(Topics.WEBHOOKS, event.recordId(), EventCodec.toBytes(event));
                Headers.putCloudEvent(record.headers(), event);
                records.add(record);
            }
            records.forEach(producer::send);
        }
    }

    private static WebhookEvent event(String id) {
        return WebhookEvent.received(
                "event-" + id,
                EventType.CREATE,
                "Deals",
                "1" + id.replace("-", "000"),
                Json.MAPPER.createObjectNode(),
                List.of(),
                Instant.now(),
                null,
                Instant.now(),
                EventSource.SIGNED);
    }
}
