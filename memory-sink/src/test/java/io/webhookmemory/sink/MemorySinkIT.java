package io.webhookmemory.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.embedded.cognee.CogneeDouble;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.json.Json;
import io.webhookmemory.sink.cognee.CogneeClient;
import io.webhookmemory.sink.cognee.CogneeSettings;
import io.webhookmemory.sink.cognee.DocumentMetadata;
import io.webhookmemory.sink.cognee.NewDocument;
import io.webhookmemory.testing.KafkaForTests;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory-sink on a broker, against a Cognee that is slow, locked, out or refuses. */
class MemorySinkIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final AtomicInteger TESTS = new AtomicInteger();

    private static KafkaForTests kafka;

    /** Begins the record ids and the accounts of one test: all share the topics. */
    private final String prefix = "t" + TESTS.incrementAndGet() + "x";

    private final SinkFixture fixture = new SinkFixture(kafka, prefix);
    private final CogneeDouble cognee = fixture.cognee;

    @BeforeAll
    static void startKafka() {
        kafka = KafkaForTests.withTopics(Map.of());
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void documents_wait_while_the_graph_of_their_dataset_is_built_and_no_other_dataset_does() {
        cognee.cognifyLatency(Duration.ofSeconds(3));
        fixture.sink(Map.of("COGNEE_TIMEOUT", "0.5", "WEBHOOK_RETRY_DELAY_BASE", "0.05"));
        send(critical("1", "locked", "first"));
        await().atMost(LIMIT).until(() -> cognee.calls("cognify") == 1);

        IntStream.rangeClosed(2, 20).forEach(i -> send(update(String.valueOf(i), "locked", "later")));
        send(update("21", "free", "elsewhere"));

        awaitDocument("21", "free", "elsewhere");
        assertThat(cognee.cognifyRuns(dataset("locked"))).isZero();
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(cognee.documents(dataset("locked"))).hasSize(20));
        assertThat(cognee.calls("add")).isEqualTo(21);
        assertThat(fixture.dead()).isEmpty();
    }

    @Test
    void documents_that_time_out_while_another_instance_builds_a_graph_use_up_no_retries() {
        CompletableFuture<Void> graph = lock("locked", Duration.ofSeconds(4));
        fixture.sink(
                Map.of("COGNEE_TIMEOUT", "0.3", "WEBHOOK_RETRY_DELAY_BASE", "0.05", "WEBHOOK_BATCH_TIMEOUT", "60"));
        send(update("1", "locked", "patient"));

        awaitDocument("1", "locked", "patient");
        assertThat(cognee.calls("add")).as("more than all retries").isGreaterThan(4);
        assertThat(fixture.dead()).isEmpty();
        graph.join();
    }

    @Test
    void one_accounts_flood_does_not_fill_the_sink_while_its_dataset_is_locked() {
        CompletableFuture<Void> graph = lock("locked", Duration.ofSeconds(4));
        fixture.sink(Map.of(
                "MEMORY_SINK_MAX_IN_FLIGHT", "40", "WEBHOOK_RETRY_DELAY_BASE", "0.5", "WEBHOOK_BATCH_TIMEOUT", "60"));
        IntStream.range(0, 60).forEach(i -> send(update("flood" + i, "locked", "flood")));
        send(update("1", "free", "not held up"));

        awaitDocument("1", "free", "not held up");
        assertThat(graph).isNotDone();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(cognee.documents(dataset("locked")))
                        .filteredOn(document -> document.text().contains("flood"))
                        .hasSize(60));
        assertThat(fixture.dead()).isEmpty();
    }

    /** Ten minutes by a clock on which they last five seconds. */
    @ParameterizedTest
    @ValueSource(strings = {"down", "failing", "refusing us"})
    void an_outage_of_ten_minutes_puts_nothing_in_the_dead_letter_topic(String kind) {
        Clock fast = new FastClock(120);
        SinkService sink = fixture.sink(Map.of("WEBHOOK_NUM_WORKERS", "8"), fast);
        send(update("0", "a0", "before"));
        awaitDocument("0", "a0", "before");
        begin(kind);
        Instant end = fast.instant().plus(Duration.ofMinutes(10));

        IntStream.range(1, 40).forEach(i -> send(critical(String.valueOf(i), "a" + i % 5, "during")));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).contains("memory is out"));
        await().atMost(LIMIT).until(() -> fast.instant().isAfter(end));
        assertThat(cognee.documents()).hasSize(1);
        end(kind);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(cognee.documents()).hasSize(40));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).doesNotContain("is out"));
        assertThat(fixture.dead()).isEmpty();
    }

    @Test
    void one_record_that_always_fails_is_dead_after_its_retries_and_the_breaker_stays_closed() {
        cognee.refuse(text -> text.contains("poison"), 500, "broken by this text");
        SinkService sink = fixture.sink(Map.of("WEBHOOK_RETRY_DELAY_BASE", "0.05"));
        send(update("0", "a", "poison"));
        IntStream.rangeClosed(1, 30).forEach(i -> send(update(String.valueOf(i), "a" + i % 3, "healthy")));

        await().atMost(LIMIT).untilAsserted(() -> assertThat(fixture.dead()).hasSize(1));
        await().atMost(LIMIT).untilAsserted(() -> assertThat(cognee.documents()).hasSize(30));

        ConsumerRecord<String, byte[]> letter = fixture.dead().get(0);
        assertThat(letter.key()).isEqualTo(id("0"));
        assertThat(Headers.get(letter.headers(), Headers.DLT_ATTEMPTS)).contains("4");
        assertThat(Headers.get(letter.headers(), Headers.DLT_REASON)).contains("http_500");
        assertThat(fixture.metrics(sink)).doesNotContain("sink_put_off_total{");
    }

    @Test
    void documents_go_on_while_the_llm_refuses_everybody_and_graphs_are_built_after() {
        cognee.failCognify("LLMQuotaExceededError: no more");
        SinkService sink = fixture.sink(Map.of());
        send(critical("1", "a", "first"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).contains("graphs is out: llm_quota"));

        send(critical("2", "b", "second"));

        awaitDocument("2", "b", "second");
        cognee.failCognify(null);
        await().atMost(LIMIT).until(() -> cognee.cognifyRuns(dataset("a")) > 0 && cognee.cognifyRuns(dataset("b")) > 0);
        assertThat(fixture.dead()).isEmpty();
    }

    @Test
    void a_rebalance_in_the_middle_loses_and_doubles_nothing() {
        cognee.latency(Duration.ofMillis(5));
        Map<String, String> expected = new TreeMap<>();
        Random random = new Random(11);
        SinkService first = fixture.sink(Map.of("INSTANCE_ID", "first"));
        try {
            AtomicInteger sent = new AtomicInteger();
            Runnable sendSome = () -> sendRandom(random, sent.get(), sent.addAndGet(50), expected);
            sendSome.run();
            SinkService second = fixture.sink(Map.of("INSTANCE_ID", "second"));
            await().atMost(LIMIT).until(() -> {
                sendSome.run();
                return fixture.metrics(second).contains("sink_events_total");
            });
            sendSome.run();
            first.close();
            sendSome.run();

            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(fixture.memory()).isEqualTo(expected));
        } finally {
            first.close();
        }
        assertThat(fixture.memory()).isEqualTo(expected);
        assertThat(fixture.dead()).isEmpty();
    }

    @Test
    void after_a_restart_late_events_neither_bring_back_a_deleted_record_nor_undo_a_move() {
        SinkService before = fixture.sink(Map.of());
        send(update("gone", "a", "alive", 1));
        send(event("gone", EventType.DELETE, "a", "", 3, false));
        send(update("moved", "a", "old home", 1));
        send(update("moved", "b", "new home", 3));
        send(update("same", "a", "state", 1));
        send(update("same", "a", "state", 3));
        awaitDocument("moved", "b", "new home");
        awaitDocument("same", "a", "state");
        before.close();

        SinkService sink = fixture.sink(Map.of());
        send(update("gone", "a", "a ghost", 2));
        send(update("moved", "a", "a ghost", 2));
        send(update("same", "a", "a ghost", 2));
        send(update("last", "a", "after all these", 4));
        awaitDocument("last", "a", "after all these");

        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(fixture.metrics(sink)).contains("outcome=\"stale\",service=\"memory-sink\"} 3.0"));
        assertThat(fixture.memory())
                .isEqualTo(Map.of(
                        "Deals_" + id("moved"), dataset("b") + ": new home",
                        "Deals_" + id("same"), dataset("a") + ": state",
                        "Deals_" + id("last"), dataset("a") + ": after all these"));
    }

    @Test
    void a_replay_fills_a_memory_that_was_emptied_behind_the_sinks_back() {
        fixture.sink(Map.of());
        send(update("1", "a", "state", 1));
        awaitDocument("1", "a", "state");
        client().deleteDataset(dataset("a"));
        assertThat(fixture.memory()).isEmpty();

        RecordHeaders headers = new RecordHeaders();
        Headers.put(headers, Headers.REPLAY_ID, prefix + "-replay");
        WebhookEvent again = update("1", "a", "state", 1);
        fixture.send(new ProducerRecord<>("zoho.deals", null, id("1"), EventCodec.toBytes(again), headers));

        awaitDocument("1", "a", "state");
    }

    @Test
    void retry_headers_that_are_not_ours_end_no_process() {
        fixture.sink(Map.of());
        RecordHeaders headers = new RecordHeaders();
        Headers.put(headers, Headers.RETRY_NOT_BEFORE, "tomorrow");
        Headers.put(headers, Headers.RETRY_ATTEMPTS, "many");
        Headers.put(headers, Headers.RETRY_SINCE, "yesterday");
        byte[] value = EventCodec.toBytes(update("1", "a", "taken all the same", 1));
        fixture.send(new ProducerRecord<>(Topics.retry(1), null, id("1"), value, headers));

        awaitDocument("1", "a", "taken all the same");
    }

    private void begin(String outage) {
        switch (outage) {
            case "down" -> cognee.unavailable(true);
            case "failing" -> cognee.refuse(text -> true, 500, "whatever it is");
            default -> cognee.requireApiKey("a key that the sink has not");
        }
    }

    private void end(String outage) {
        switch (outage) {
            case "down" -> cognee.unavailable(false);
            case "failing" -> cognee.refuseNothing();
            default -> cognee.requireNoKey();
        }
    }

    /** Has Cognee lock a dataset as when another instance of the sink builds its graph. */
    private CompletableFuture<Void> lock(String account, Duration time) {
        CogneeClient other = client();
        other.add(
                dataset(account),
                new NewDocument(
                        "Deals_" + prefix + ".txt", "another's", new DocumentMetadata("Deals", prefix, START, "00")));
        cognee.cognifyLatency(time);
        CompletableFuture<Void> graph = CompletableFuture.runAsync(() -> other.cognify(dataset(account)));
        await().atMost(LIMIT).until(() -> cognee.calls("cognify") == 1);
        return graph;
    }

    private CogneeClient client() {
        SettingsReader settings = new SettingsReader(new Environment(Map.of("COGNEE_URL", cognee.url())));
        return CogneeClient.create(CogneeSettings.from(settings), new SimpleMeterRegistry());
    }

    private void sendRandom(Random random, int from, int to, Map<String, String> expected) {
        for (int i = from; i < to; i++) {
            String record = String.valueOf(random.nextInt(50));
            String account = "a" + random.nextInt(6);
            if (random.nextInt(8) == 0) {
                send(event(record, EventType.DELETE, account, "", i, false));
                expected.remove("Deals_" + id(record));
            } else {
                send(update(record, account, "state " + i, i));
                expected.put("Deals_" + id(record), dataset(account) + ": state " + i);
            }
        }
    }

    private void send(WebhookEvent event) {
        fixture.send(event);
    }

    private WebhookEvent update(String record, String account, String name) {
        return update(record, account, name, 0);
    }

    private WebhookEvent update(String record, String account, String name, int second) {
        return event(record, EventType.UPDATE, account, name, second, false);
    }

    private WebhookEvent critical(String record, String account, String name) {
        return event(record, EventType.UPDATE, account, name, 0, true);
    }

    private WebhookEvent event(
            String record, EventType type, String account, String name, int second, boolean critical) {
        Instant at = START.plusSeconds(second);
        ObjectNode data = Json.MAPPER.createObjectNode().put("Deal_Name", name);
        String eventId = id(record) + "@" + second;
        return WebhookEvent.received(
                        eventId, type, "Deals", id(record), data, List.of(), at, null, at, EventSource.SIGNED)
                .routed(data, at, prefix + account, critical, null);
    }

    private String id(String record) {
        return prefix + record;
    }

    private String dataset(String account) {
        return "account_" + prefix + account;
    }

    private void awaitDocument(String record, String account, String name) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.memory())
                        .containsEntry("Deals_" + id(record), dataset(account) + ": " + name));
    }
}
