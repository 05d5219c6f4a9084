package io.webhookmemory.processor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.processor.record.Histories;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.InvalidEventException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processor as a process on a broker. */
class ProcessorIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String DEALS = "zoho.deals";

    private final Instant now = Instant.now();
    private final Random random = new Random(4);

    @TempDir
    private Path directory;

    private KafkaForTests kafka;
    private KafkaProducer<String, byte[]> producer;

    @BeforeEach
    void start() {
        kafka = KafkaForTests.withTopics(Map.of());
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka.bootstrapServers(),
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        3 << 20),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        producer.close();
        kafka.close();
    }

    @Test
    void whatever_comes_in_the_stream_goes_on_and_says_what_it_did() throws Exception {
        send(Topics.DIRECTORY, "restored", "no entry".getBytes(UTF_8));
        try (ProcessorProcess processor = processor().awaitReady();
                TopicReader deals = reader(DEALS);
                TopicReader rejected = reader(Topics.REJECTED)) {
            send(Topics.DIRECTORY, "live", "no entry".getBytes(UTF_8));
            send(Topics.WEBHOOKS, "1", "no event".getBytes(UTF_8));
            send(Topics.WEBHOOKS, null, EventCodec.toBytes(update("e1", "1", "{}")));
            send(update("e2", "large", field("a", 1_700_000)));
            send(update("e3", "large", field("b", 1_700_000)));
            send(update("e4", "restored", "{\"a\":1}"));
            send(update("e5", "live", "{\"a\":1}"));
            send(update("e6", "large", "{\"c\":1}"));

            assertThat(rejected.until(LIMIT, records -> records.size() >= 3))
                    .extracting(record -> Headers.get(record.headers(), Headers.REJECTED_REASON)
                            .orElse("none"))
                    .containsExactlyInAnyOrder("not JSON", "null key", "record too large once completed");
            assertThat(events(deals.until(LIMIT, records -> records.size() >= 4)))
                    .extracting(WebhookEvent::eventId)
                    .containsExactlyInAnyOrder("e2", "e4", "e5", "e6");
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(processor.metric("processor_directory_unreadable_total"))
                            .isGreaterThanOrEqualTo(2));
            assertThat(processor.metric("processor_thread_failures_total")).isZero();
            assertThat(processor.metric("processor_rejected_total")).isEqualTo(3);
            assertThat(processor.get("/metrics").body())
                    .contains("kafka_stream_thread_", "kafka_stream_state_block_cache_usage", "processor_event_age_");
            assertThat(processor.terminate()).isZero();
        }
    }

    @Test
    void at_rest_it_commits_nothing() throws Exception {
        try (ProcessorProcess processor = processor().awaitReady();
                TopicReader deals = reader(DEALS)) {
            send(update("e1", "1", "{}"));
            deals.until(LIMIT, records -> !records.isEmpty());

            AtomicLong last = new AtomicLong();
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(500))
                    .during(Duration.ofSeconds(3))
                    .until(() -> {
                        long commits = commits();
                        return last.getAndSet(commits) == commits;
                    });
            assertThat(last).hasPositiveValue();
            assertThat(processor.terminate()).isZero();
        }
    }

    /** The number of records in Kafka's topic of committed offsets, markers of transactions included. */
    private long commits() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))) {
            String topic = Topic.GROUP_METADATA_TOPIC_NAME;
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            admin.describeTopics(List.of(topic))
                    .topicNameValues()
                    .get(topic)
                    .get()
                    .partitions()
                    .forEach(partition ->
                            ends.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(ListOffsetsResult.ListOffsetsResultInfo::offset)
                    .sum();
        }
    }

    @Test
    void a_stream_thread_that_fails_is_replaced_and_nothing_is_lost() throws Exception {
        try (ProcessorProcess processor = processor().awaitReady();
                TopicReader deals = reader(DEALS)) {
            limit(DEALS, 2_000);
            send(update("e1", "1", field("a", 5_000)));
            await().atMost(LIMIT).until(() -> processor.metric("processor_thread_failures_total") >= 1);
            limit(DEALS, 3 << 20);

            assertThat(events(deals.until(LIMIT, records -> !records.isEmpty())))
                    .extracting(WebhookEvent::eventId)
                    .containsExactly("e1");
            await().atMost(LIMIT)
                    .untilAsserted(() ->
                            assertThat(processor.get("/readyz").statusCode()).isEqualTo(200));
            assertThat(processor.metric("processor_production_failures_total")).isPositive();
            assertThat(processor.terminate()).isZero();
        }
    }

    @Test
    void a_failure_that_comes_back_ends_the_process_with_code_one() throws Exception {
        try (ProcessorProcess processor = processor().awaitReady()) {
            limit(DEALS, 2_000);
            send(update("e1", "1", field("a", 5_000)));

            assertThat(processor.exitCode(LIMIT)).isEqualTo(1);
            assertThat(processor.log()).contains("stream threads keep failing", "RecordTooLargeException");
        }
    }

    @Test
    void records_are_what_a_plain_model_says_whatever_order_their_updates_arrive_in() throws Exception {
        Map<String, List<WebhookEvent>> histories = new HashMap<>();
        List<WebhookEvent> arrival = new ArrayList<>();
        for (int record = 0; record < 300; record++) {
            List<WebhookEvent> history = Histories.history(random, "record-" + record, now);
            histories.put("record-" + record, history);
            arrival.addAll(Histories.arrival(random, history));
        }
        Collections.shuffle(arrival, random);
        try (ProcessorProcess processor = processor();
                TopicReader deals = reader(DEALS)) {
            arrival.forEach(this::send);
            // The last of each record, for its state to be seen whatever came before.
            histories.forEach((record, history) -> {
                WebhookEvent last = Histories.event(
                        record + "-last", EventType.UPDATE, record, json("{\"end\":1}"), now.plusSeconds(60), now);
                history.add(last);
                send(last);
            });
            deals.until(LIMIT, records -> lasts(records).size() == histories.size());

            List<WebhookEvent> routed = events(deals.toEnd(LIMIT));
            Set<String> ids = new HashSet<>();
            assertThat(routed)
                    .allSatisfy(event -> assertThat(ids.add(event.eventId()))
                            .as("once only: %s", event)
                            .isTrue());
            assertThat(routed)
                    .filteredOn(event -> event.eventId().endsWith("-last"))
                    .allSatisfy(event -> {
                        List<WebhookEvent> history = histories.get(event.recordId());
                        assertThat(event.recordData())
                                .as("after %s", history)
                                .isEqualTo(Histories.Model.of(history).data());
                    });
            assertThat(processor.isAlive()).isTrue();
        }
    }

    @Test
    void memory_of_the_stores_stays_within_its_bound_while_state_grows_far_beyond_it() throws Exception {
        int bound = 8 << 20;
        try (ProcessorProcess processor =
                        processor(Map.of("STREAM_PROCESSOR_ROCKSDB_MEMORY_BYTES", String.valueOf(bound)));
                TopicReader deals = reader(DEALS)) {
            processor.awaitReady();
            String text = field("a", 2_000);
            int events = 20_000;
            List<Double> memory = new ArrayList<>();
            for (int event = 1; event <= events; event++) {
                send(update("e" + event, "record-" + event, text));
                if (event % 5_000 == 0) {
                    int sent = event;
                    deals.until(LIMIT, records -> records.size() >= sent);
                    memory.add(processor.metric("processor_rocksdb_memory"));
                }
            }

            // A write buffer that is being flushed is counted until it is on disk.
            assertThat(memory).allSatisfy(bytes -> assertThat(bytes).isBetween(1.0, bound * 1.5));
            assertThat(processor.metric("processor_rocksdb_memory_limit")).isEqualTo(bound);
            assertThat(processor.terminate()).isZero();
        }
    }

    private ProcessorProcess processor() {
        return processor(Map.of());
    }

    private ProcessorProcess processor(Map<String, String> variables) {
        return ProcessorProcess.start(kafka.bootstrapServers(), directory, variables);
    }

    private TopicReader reader(String topic) {
        return new TopicReader(kafka.bootstrapServers(), topic);
    }

    private void send(WebhookEvent event) {
        send(Topics.WEBHOOKS, event.recordId(), EventCodec.toBytes(event));
    }

    private void send(String topic, String key, byte[] value) {
        producer.send(new ProducerRecord<>(topic, key, value));
    }

    private void limit(String topic, int bytes) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))) {
            ConfigEntry entry = new ConfigEntry("max.message.bytes", String.valueOf(bytes));
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    private static Set<String> lasts(List<ConsumerRecord<String, byte[]>> records) {
        Set<String> lasts = new HashSet<>();
        for (WebhookEvent event : events(records)) {
            if (event.eventId().endsWith("-last")) {
                lasts.add(event.recordId());
            }
        }
        return lasts;
    }

    private static List<WebhookEvent> events(List<ConsumerRecord<String, byte[]>> records) {
        return records.stream()
                .map(record -> {
                    try {
                        return EventCodec.fromBytes(record.value());
                    } catch (InvalidEventException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    private WebhookEvent update(String id, String record, String data) {
        return Histories.event(id, EventType.UPDATE, record, json(data), now, now);
    }

    /** Text that compression makes no smaller than half. */
    private String field(String name, int size) {
        String text = random.ints(size, 'A', 'Z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return "{\"" + name + "\":\"" + text + "\"}";
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) Json.MAPPER.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
