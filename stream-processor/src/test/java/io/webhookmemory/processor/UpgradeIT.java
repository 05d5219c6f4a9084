package io.webhookmemory.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.processor.record.LinkHistories;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.InvalidEventException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processor takes the place of a version that read fewer topics. */
class UpgradeIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Map<String, String> PARTITIONS = Map.of("TOPICS_PARTITIONS", "2");

    @TempDir
    private Path directory;

    @Test
    void a_member_that_takes_its_old_place_reads_the_topics_that_are_new() throws Exception {
        try (KafkaForTests kafka = KafkaForTests.withTopics(PARTITIONS)) {
            runOldVersion(kafka);
            try (ProcessorProcess processor = ProcessorProcess.start(kafka.bootstrapServers(), directory, PARTITIONS);
                    TopicReader tasks = new TopicReader(kafka.bootstrapServers(), "zoho.tasks")) {
                processor.awaitReady();
                produce(
                        kafka,
                        List.of(
                                event(
                                        "Tasks",
                                        "task",
                                        LinkHistories.link("What_Id", "deal").put("$se_module", "Deals")),
                                event("Deals", "deal", LinkHistories.link("Account_Name", "A1"))));

                tasks.until(LIMIT, records -> accounts(records).contains("A1"));
            }
        }
    }

    /** It stops as the processor does: its member remains in the group. */
    private void runOldVersion(KafkaForTests kafka) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(Topics.WEBHOOKS, Consumed.with(Serdes.String(), Serdes.ByteArray()))
                .foreach((key, value) -> {});
        Properties properties = new Properties();
        properties.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                Topics.PROCESSOR_GROUP,
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.bootstrapServers(),
                StreamsConfig.STATE_DIR_CONFIG,
                directory.resolve("old").toString(),
                StreamsConfig.mainConsumerPrefix("group.instance.id"),
                "one"));
        try (KafkaStreams streams = new KafkaStreams(builder.build(), properties)) {
            streams.start();
            await().atMost(LIMIT).until(() -> streams.state() == KafkaStreams.State.RUNNING);
            assertThat(streams.close(CloseOptions.timeout(LIMIT)
                            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP)))
                    .isTrue();
        }
    }

    private static List<String> accounts(List<ConsumerRecord<String, byte[]>> records) {
        return records.stream()
                .map(record -> {
                    try {
                        return String.valueOf(
                                EventCodec.fromBytes(record.value()).accountId());
                    } catch (InvalidEventException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    private static WebhookEvent event(String module, String id, ObjectNode data) {
        Instant now = Instant.now();
        return WebhookEvent.received(
                "e-" + id, EventType.CREATE, module, id, data, List.of(), now, null, now, EventSource.SIGNED);
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
}
