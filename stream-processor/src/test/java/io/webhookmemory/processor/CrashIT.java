package io.webhookmemory.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
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
    private static final int FIELDS = 7;
    private static final int KILLS = 10;
    private static final List<String> MODULES =
            List.of("Accounts", "Contacts", "Deals", "Tasks", "Notes", "Activities");
    private static final long SEED = 20_261_123;
    /** Of a piece of the events, on a machine that is busy with other things. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    private Path directory;

    @Test
    void killed_ten_times_amid_fifty_thousand_events_every_event_comes_out_once_and_in_order() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(3, Map.of())) {
            KafkaForTests.applyCatalogue(kafka.bootstrapServers(), Map.of());
            List<WebhookEvent> events = events();
            Thread producer = new Thread(() -> produce(kafka.bootstrapServers(), withRepeats(events)), "test-producer");
            producer.start();
            Random random = new Random(SEED);
            try (TopicReader progress = moduleTopics(kafka)) {
                for (int kill = 1; kill <= KILLS; kill++) {
                    int goal = kill * EVENTS / (KILLS + 2) + random.nextInt(1_000);
                    try (ProcessorProcess processor = processor(kafka.bootstrapServers())) {
                        progress.until(LIMIT, records -> records.size() >= goal);
                        processor.kill();
                    }
                    if (kill == KILLS / 2) {
                        kafka.stopBroker(3);
                        kafka.startBroker(3);
                    }
                }
                try (ProcessorProcess processor = processor(kafka.bootstrapServers())) {
                    producer.join();
                    progress.until(LIMIT, records -> records.size() >= EVENTS);
                    assertThat(processor.isAlive()).isTrue();
                    assertThat(processor.terminate()).isZero();
                }
            }
            try (TopicReader reader = moduleTopics(kafka)) {
                assertThat(numbersByRecord(reader.toEnd(LIMIT))).isEqualTo(expected(events));
            }
        }
    }

    private static TopicReader moduleTopics(EmbeddedKafka kafka) {
        return new TopicReader(
                kafka.bootstrapServers(), Topics.ofModules(MODULES).toArray(String[]::new));
    }

    private ProcessorProcess processor(String bootstrapServers) {
        return ProcessorProcess.start(bootstrapServers, directory, Map.of());
    }

    /** Partial updates: every record's carry a number that counts up, and set one of seven further fields. */
    private static List<WebhookEvent> events() {
        Instant now = Instant.now();
        List<WebhookEvent> events = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            int record = i % RECORDS;
            int number = i / RECORDS;
            ObjectNode data = Json.MAPPER
                    .createObjectNode()
                    .put("number", number)
                    .put("field" + number % FIELDS, number)
                    .put("text", "x".repeat(400));
            events.add(WebhookEvent.received(
                    "event-" + i,
                    EventType.UPDATE,
                    MODULES.get(record % MODULES.size()),
                    "record-" + record,
                    data,
                    List.of("number"),
                    now.plusMillis(i),
                    null,
                    now,
                    EventSource.SIGNED));
        }
        return events;
    }

    /** The events in their order, and a tenth of them once more somewhat later. */
    private static List<WebhookEvent> withRepeats(List<WebhookEvent> events) {
        Random random = new Random(SEED);
        List<WebhookEvent> sent = new ArrayList<>();
        Map<Integer, List<WebhookEvent>> repeats = new HashMap<>();
        for (int i = 0; i < events.size(); i++) {
            sent.add(events.get(i));
            if (random.nextInt(10) == 0) {
                int later = Math.min(events.size() - 1, i + random.nextInt(5_000));
                repeats.computeIfAbsent(later, index -> new ArrayList<>()).add(events.get(i));
            }
            sent.addAll(repeats.getOrDefault(i, List.of()));
        }
        return sent;
    }

    private static void produce(String bootstrapServers, List<WebhookEvent> events) {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.LINGER_MS_CONFIG,
                5);
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            events.forEach(event ->
                    producer.send(new ProducerRecord<>(Topics.WEBHOOKS, event.recordId(), EventCodec.toBytes(event))));
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
            ObjectNode record = EventCodec.fromBytes(message.value()).recordData();
            int number = record.path("number").asInt();
            numbers.computeIfAbsent(message.key(), key -> new ArrayList<>()).add(number);
            for (int earlier = Math.max(0, number - FIELDS + 1); earlier <= number; earlier++) {
                assertThat(record.path("field" + earlier % FIELDS).asInt(-1))
                        .as("what update %d of %s set", earlier, message.key())
                        .isEqualTo(earlier);
            }
        }
        return numbers;
    }
}
