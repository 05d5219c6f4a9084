package io.webhookmemory.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.ServiceProcess;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A memory-sink that is frozen (SIGSTOP) amid its calls for longer than its session. Another takes over, moves, deletes and changes
 * the records; then the first thaws. {@link io.webhookmemory.sink.memory.History} plays the single steps.
 */
class FreezeIT {
    private static final int RECORDS = 24;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Deals deals = new Deals("5725768");
    private final Map<String, String> expected = new TreeMap<>();

    @TempDir
    private Path directory;

    /** @param call frozen when a few calls of this kind have arrived: they take effect, and their responses are not read */
    @ParameterizedTest
    @ValueSource(strings = {"delete", "add"})
    void a_process_that_thaws_changes_nothing_that_its_successor_did(String call) {
        try (KafkaForTests kafka = KafkaForTests.withTopics(Map.of());
                CogneeDouble cognee = CogneeDouble.start();
                KafkaProducer<String, byte[]> producer = producer(kafka);
                ServiceProcess first = sink(kafka, cognee, "first")) {
            cognee.latency(Duration.ofMillis(100));
            IntStream.range(0, RECORDS).forEach(i -> send(producer, change(i, "before", 1)));
            await().atMost(LIMIT).untilAsserted(() -> assertThat(memory(cognee)).isEqualTo(expected));

            AtomicInteger arrived = new AtomicInteger();
            cognee.onCall(kind -> {
                if (kind.equals(call) && arrived.incrementAndGet() == 3) {
                    first.freeze();
                }
            });
            IntStream.range(0, RECORDS).forEach(i -> send(producer, change(i, "during", 2)));
            await().atMost(LIMIT).until(() -> arrived.get() >= 3);

            try (ServiceProcess second = sink(kafka, cognee, "second")) {
                IntStream.range(0, RECORDS).forEach(i -> send(producer, later(i)));
                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(memory(cognee)).isEqualTo(expected));

                first.thaw();
                // Once it is in the group again, it has its share of these.
                IntStream.range(0, RECORDS).forEach(i -> send(producer, change(i + RECORDS, "after", 4)));

                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(memory(cognee)).isEqualTo(expected));
                first.terminate();
                assertThat(first.exitCode(LIMIT)).isZero();
                second.terminate();
                assertThat(second.exitCode(LIMIT)).isZero();
            }
            assertThat(memory(cognee)).isEqualTo(expected);
            try (TopicReader dead = new TopicReader(kafka.bootstrapServers(), Topics.DLT)) {
                assertThat(dead.toEnd(LIMIT)).isEmpty();
            }
        }
    }

    /** A third of the records each are deleted, moved and changed. */
    private WebhookEvent later(int record) {
        if (record % 3 == 0) {
            expected.remove("Deals_" + deals.id("r" + record));
            return deals.event("r" + record, EventType.DELETE, account(record), "", 3, false);
        }
        return event(record, record % 3 == 1 ? "moved" : account(record), "later", 3);
    }

    private WebhookEvent change(int record, String name, int second) {
        return event(record, account(record), name, second);
    }

    private WebhookEvent event(int record, String account, String name, int second) {
        expected.put("Deals_" + deals.id("r" + record), deals.dataset(account) + ": " + name);
        return deals.update("r" + record, account, name, second);
    }

    private static String account(int record) {
        return "a" + record % 8;
    }

    private static void send(KafkaProducer<String, byte[]> producer, WebhookEvent event) {
        producer.send(new ProducerRecord<>("zoho.deals", event.recordId(), EventCodec.toBytes(event)));
    }

    private static KafkaProducer<String, byte[]> producer(KafkaForTests kafka) {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private ServiceProcess sink(KafkaForTests kafka, CogneeDouble cognee, String instance) {
        int port = FreePort.any();
        return ServiceProcess.start(
                        MemorySinkMain.class,
                        Map.of(
                                "KAFKA_BOOTSTRAP_SERVERS",
                                kafka.bootstrapServers(),
                                "KAFKA_SESSION_TIMEOUT_MS",
                                "7000",
                                "COGNEE_URL",
                                cognee.url(),
                                "COGNEE_TIMEOUT",
                                "3",
                                "WEBHOOK_NUM_WORKERS",
                                "6",
                                "INSTANCE_ID",
                                instance,
                                "MEMORY_SINK_MANAGEMENT_PORT",
                                String.valueOf(port),
                                "REDIS_PORT",
                                "1"),
                        directory.resolve(instance + ".log"),
                        "-Xmx256m")
                .awaitReady(port);
    }

    private static Map<String, String> memory(CogneeDouble cognee) {
        Map<String, String> memory = new TreeMap<>();
        for (CogneeDouble.Document document : cognee.documents()) {
            String name = document.text().lines().skip(1).findFirst().orElse("");
            memory.merge(document.name(), document.dataset() + ": " + name, (one, other) -> one + " AND " + other);
        }
        return memory;
    }
}
