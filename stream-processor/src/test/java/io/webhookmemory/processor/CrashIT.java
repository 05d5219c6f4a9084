package io.webhookmemory.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.embedded.FreePort;
import io.webhookmemory.embedded.kafka.EmbeddedKafka;
import io.webhookmemory.service.json.Json;
import io.webhookmemory.testing.KafkaForTests;
import io.webhookmemory.testing.ServiceProcess;
import io.webhookmemory.testing.TopicReader;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process is killed again and again in the middle of its work, and a broker goes away too. */
class CrashIT {
    private static final int EVENTS = 50_000;
    private static final int RECORDS = 500;
    private static final int KILLS = 10;
    private static final long SEED = 20_261_123;

    @TempDir
    private Path directory;

    @Test
    void killed_ten_times_amid_fifty_thousand_events_every_event_comes_out_once_and_in_order() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(3, Map.of())) {
            KafkaForTests.applyCatalogue(kafka.bootstrapServers(), Map.of());
            List<WebhookEvent> events = events();
            Thread producer = new Thread(() -> produce(kafka.bootstrapServers(), events), "test-producer");
            producer.start();
            Random random = new Random(SEED);
            try (TopicReader progress = new TopicReader(kafka.bootstrapServers(), "zoho.deals")) {
                for (int kill = 1; kill <= KILLS; kill++) {
                    int goal = kill * EVENTS / (KILLS + 2) + random.nextInt(1_000);
                    try (ServiceProcess processor = processor(kafka.bootstrapServers())) {
                        progress.until(Duration.ofMinutes(2), records -> records.size() >= goal);
                        processor.kill();
                    }
                    if (kill == KILLS / 2) {
                        kafka.stopBroker(3);
                        kafka.startBroker(3);
                    }
                }
                try (ServiceProcess processor = processor(kafka.bootstrapServers())) {
                    producer.join();
                    progress.until(Duration.ofMinutes(2), records -> records.size() >= EVENTS);
                    assertThat(processor.isAlive()).isTrue();
                    processor.terminate();
                    assertThat(processor.exitCode(Duration.ofSeconds(40))).isZero();
                }
            }
            try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), "zoho.deals")) {
                assertThat(numbersByRecord(reader.toEnd(Duration.ofMinutes(1)))).isEqualTo(expected(events));
            }
        }
    }

    private ServiceProcess processor(String bootstrapServers) {
        return ServiceProcess.start(
                StreamProcessorMain.class,
                Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS",
                        bootstrapServers,
                        "STREAM_PROCESSOR_STATE_DIR",
                        directory.resolve("state").toString(),
                        "STREAM_PROCESSOR_MANAGEMENT_PORT",
                        String.valueOf(FreePort.any()),
                        "REDIS_PORT",
                        "1",
                        "INSTANCE_ID",
                        "one"),
                directory.resolve("processor.log"),
                "-Xmx512m");
    }

    /** Every record's events carry a number that counts up; each tenth event or so is sent twice. */
    private static List<WebhookEvent> events() {
        Instant now = Instant.now();
        List<WebhookEvent> events = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            String record = "record-" + i % RECORDS;
            ObjectNode data =
                    Json.MAPPER.createObjectNode().put("number", i / RECORDS).put("text", "x".repeat(400));
            events.add(WebhookEvent.received(
                    "event-" + i,
                    EventType.UPDATE,
                    "Deals",
                    record,
                    data,
                    List.of("number"),
                    now.plusMillis(i),
                    null,
                    now,
                    EventSource.SIGNED));
        }
        return events;
    }

    private static void produce(String bootstrapServers, List<WebhookEvent> events) {
        Random random = new Random(SEED);
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.LINGER_MS_CONFIG,
                5);
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            for (WebhookEvent event : events) {
                for (int times = random.nextInt(10) == 0 ? 2 : 1; times > 0; times--) {
                    producer.send(new ProducerRecord<>(Topics.WEBHOOKS, event.recordId(), EventCodec.toBytes(event)));
                }
            }
        }
    }

    private static Map<String, List<Integer>> expected(List<WebhookEvent> events) {
        Map<String, List<Integer>> numbers = new HashMap<>();
        events.forEach(event -> numbers.computeIfAbsent(event.recordId(), record -> new ArrayList<>())
                .add(event.recordData().path("number").asInt()));
        return numbers;
    }

    private static Map<String, List<Integer>> numbersByRecord(List<ConsumerRecord<String, byte[]>> messages)
            throws Exception {
        Map<String, List<Integer>> numbers = new HashMap<>();
        for (ConsumerRecord<String, byte[]> message : messages) {
            numbers.computeIfAbsent(message.key(), record -> new ArrayList<>())
                    .add(EventCodec.fromBytes(message.value())
                            .recordData()
                            .path("number")
                            .asInt());
        }
        return numbers;
    }
}
