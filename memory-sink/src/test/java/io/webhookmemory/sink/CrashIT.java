package io.webhookmemory.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.ServiceProcess;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/**
 * The process is killed again and again while Cognee fails and loses answers. At the end memory holds exactly
 * one current document for every living record and none for a deleted one, compared with a plain model.
 */
class CrashIT {
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final int RECORDS = 60;
    private static final int ACCOUNTS = 7;
    private static final int ONE_MOVE_IN = 6;
    private static final int KILLS = 5;
    private static final int ADDS_PER_LIFE = 40;

    private static final long SEED = 42;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Kept, for the case that the test fails. */
    private final Path log = Path.of("target", "crash-it.log");

    @Test
    void whatever_happens_memory_ends_as_the_model_says_and_nothing_is_dead() {
        try (KafkaForTests kafka = KafkaForTests.withTopics(Map.of());
                CogneeDouble cognee = CogneeDouble.start()) {
            cognee.latency(Duration.ofMillis(3));
            Map<String, String> model = new TreeMap<>();
            AtomicBoolean enough = new AtomicBoolean();
            CompletableFuture<Void> producing =
                    CompletableFuture.runAsync(() -> produce(kafka.bootstrapServers(), model, enough));

            for (int kill = 1; kill <= KILLS; kill++) {
                int goal = cognee.calls("add") + ADDS_PER_LIFE;
                try (ServiceProcess sink = sink(kafka, cognee)) {
                    cognee.loseNextResponses(2);
                    cognee.failNext(3, 500, "Deals");
                    await().atMost(LIMIT).until(() -> {
                        assertThat(sink.isAlive()).isTrue();
                        return cognee.calls("add") >= goal;
                    });
                    sink.kill();
                }
            }
            enough.set(true);
            producing.join();
            try (ServiceProcess sink = sink(kafka, cognee)) {
                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(memory(cognee)).isEqualTo(model));
                sink.terminate();
                assertThat(sink.exitCode(Duration.ofSeconds(40))).isZero();
            }
            assertThat(memory(cognee)).isEqualTo(model);
            try (TopicReader dead = new TopicReader(kafka.bootstrapServers(), Topics.DLT)) {
                assertThat(dead.toEnd(LIMIT)).isEmpty();
            }
        }
    }

    private ServiceProcess sink(KafkaForTests kafka, CogneeDouble cognee) {
        int port = FreePort.any();
        return ServiceProcess.start(
                        MemorySinkMain.class,
                        Map.of(
                                "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(),
                                "COGNEE_URL", cognee.url(),
                                "WEBHOOK_RETRY_DELAY_BASE", "0.2",
                                "WEBHOOK_NUM_WORKERS", "4",
                                // Few at once, so that coalescing leaves most of the events to be written.
                                "MEMORY_SINK_MAX_IN_FLIGHT", "20",
                                "MEMORY_SINK_MANAGEMENT_PORT", String.valueOf(port),
                                "REDIS_PORT", "1"),
                        log,
                        "-Xmx256m")
                .awaitReady(port);
    }

    /**
     * Writes histories as the stream-processor does, whole records in order, a few every moment until it is enough.
     *
     * @param model gets record → what memory must hold in the end
     */
    private static void produce(String bootstrapServers, Map<String, String> model, AtomicBoolean enough) {
        Random random = new Random(SEED);
        Map<String, String> accountOf = new HashMap<>();
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.ACKS_CONFIG, "all"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; !enough.get(); i++) {
                String record = String.valueOf(1_000 + random.nextInt(RECORDS));
                if (!accountOf.containsKey(record) || random.nextInt(ONE_MOVE_IN) == 0) {
                    accountOf.put(record, "A" + random.nextInt(ACCOUNTS));
                }
                String account = accountOf.get(record);
                boolean delete = random.nextInt(8) == 0;
                WebhookEvent event = event(i, record, account, delete, start.plusSeconds(i));
                producer.send(new ProducerRecord<>("zoho.deals", record, EventCodec.toBytes(event)));
                if (delete) {
                    model.remove("Deals_" + record);
                } else {
                    model.put("Deals_" + record, "account_" + account + ": state " + i);
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private static WebhookEvent event(int number, String record, String account, boolean delete, Instant at) {
        ObjectNode data = Json.MAPPER.createObjectNode().put("Deal_Name", "state " + number);
        EventType type = delete ? EventType.DELETE : EventType.UPDATE;
        return WebhookEvent.received(
                        "event-" + number, type, "Deals", record, data, List.of(), at, null, at, EventSource.SIGNED)
                .routed(data, at, account, false, null);
    }

    private static Map<String, String> memory(CogneeDouble cognee) {
        Map<String, String> memory = new TreeMap<>();
        for (CogneeDouble.Document document : cognee.documents()) {
            String state = document.text().lines().skip(1).findFirst().orElse("");
            memory.merge(document.name(), document.dataset() + ": " + state, (one, other) -> one + " AND " + other);
        }
        return memory;
    }
}
