package io.webhookmemory.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.processor.record.LinkHistories;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Linked records lie in different partitions, which two instances share; one is killed on the way. */
class LinksIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Map<String, String> PARTITIONS = Map.of("TOPICS_PARTITIONS", "3");
    private static final int HISTORIES = 60;

    @TempDir
    private Path directory;

    @Test
    void every_record_ends_in_the_account_that_its_links_lead_to() throws Exception {
        Random random = new Random(51);
        List<WebhookEvent> events = new ArrayList<>();
        for (int history = 0; history < HISTORIES; history++) {
            events.addAll(new LinkHistories(random, "h" + history + "-", Instant.now()).history(40));
        }
        Map<String, String> expected = LinkHistories.Model.of(events).accounts();
        try (KafkaForTests kafka = KafkaForTests.withTopics(PARTITIONS);
                ProcessorProcess one = instance(kafka, "one");
                TopicReader reader = new TopicReader(
                        kafka.bootstrapServers(), "zoho.deals", "zoho.contacts", "zoho.tasks", "zoho.notes")) {
            ProcessorProcess other = instance(kafka, "two");
            produce(kafka, events.subList(0, events.size() / 2));
            reader.until(LIMIT, records -> records.size() > HISTORIES);
            other.kill();
            produce(kafka, events.subList(events.size() / 2, events.size()));
            try (ProcessorProcess again = instance(kafka, "two")) {
                await().pollInSameThread()
                        .atMost(LIMIT)
                        .untilAsserted(() ->
                                assertThat(accounts(shown(reader.toEnd(LIMIT)))).isEqualTo(expected));
                assertThat(again.isAlive()).as(again.log()).isTrue();
                assertThat(one.isAlive()).as(one.log()).isTrue();
            }
        }
    }

    private ProcessorProcess instance(KafkaForTests kafka, String name) throws IOException {
        Map<String, String> variables = new HashMap<>(PARTITIONS);
        variables.put("INSTANCE_ID", name);
        Files.createDirectories(directory.resolve(name));
        return ProcessorProcess.start(kafka.bootstrapServers(), directory.resolve(name), variables)
                .awaitReady();
    }

    private static void produce(KafkaForTests kafka, List<WebhookEvent> events) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            events.forEach(event ->
                    producer.send(new ProducerRecord<>(Topics.WEBHOOKS, event.recordId(), EventCodec.toBytes(event))));
        }
    }

    /** As the memory-sink does: an older state than the one that is shown does not count. */
    private static Map<String, WebhookEvent> shown(List<ConsumerRecord<String, byte[]>> records) throws Exception {
        Map<String, WebhookEvent> shown = new HashMap<>();
        for (ConsumerRecord<String, byte[]> record : records) {
            WebhookEvent event = EventCodec.fromBytes(record.value());
            shown.merge(
                    record.key(), event, (before, now) -> now.timestamp().isBefore(before.timestamp()) ? before : now);
        }
        return shown;
    }

    private static Map<String, String> accounts(Map<String, WebhookEvent> shown) {
        Map<String, String> accounts = new TreeMap<>();
        shown.forEach((id, event) -> {
            if (event.eventType() != EventType.DELETE) {
                accounts.put(id, event.accountId() == null ? "none" : event.accountId());
            }
        });
        return accounts;
    }
}
