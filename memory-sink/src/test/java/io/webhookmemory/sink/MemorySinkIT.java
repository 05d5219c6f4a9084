package io.webhookmemory.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.cognee.CogneeClient;
import io.webhookmemory.cognee.CogneeSettings;
import io.webhookmemory.cognee.DocumentMetadata;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The memory-sink on a broker, while datasets are locked, and events come late or again. */
class MemorySinkIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final KafkaForTests KAFKA = KafkaForTests.shared();

    @AutoClose
    private final SinkFixture fixture = new SinkFixture(KAFKA);

    private final Deals deals = fixture.deals;
    private final CogneeDouble cognee = fixture.cognee;
    private final CountDownLatch graphsMayEnd = new CountDownLatch(1);

    @Test
    void documents_wait_while_the_graph_of_their_dataset_is_built_and_no_other_dataset_does() {
        holdGraphs();
        fixture.sink(Map.of("COGNEE_TIMEOUT", "0.5", "WEBHOOK_RETRY_DELAY_BASE", "0.05"));
        fixture.send(deals.critical("1", "locked", "first"));
        await().atMost(LIMIT).until(() -> cognee.calls("cognify") == 1);

        IntStream.rangeClosed(2, 20).forEach(i -> fixture.send(deals.update(String.valueOf(i), "locked", "later")));
        fixture.send(deals.update("21", "free", "elsewhere"));

        fixture.awaitDeal("21", "free", "elsewhere");
        assertThat(cognee.cognifyRuns(deals.dataset("locked"))).isZero();
        graphsMayEnd.countDown();
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(cognee.documents(deals.dataset("locked"))).hasSize(20));
        // What waited for the graph went together, and nothing was sent twice.
        assertThat(cognee.calls("add")).isLessThan(21);
        assertThat(fixture.dead()).isEmpty();
    }

    @Test
    void documents_that_time_out_while_another_instance_builds_a_graph_use_up_no_retries() {
        cognee.cognifyLatency(Duration.ofSeconds(6));
        CompletableFuture<Void> graph = build("locked");
        // By a clock on which the pauses in between are short.
        fixture.sink(
                Map.of("COGNEE_TIMEOUT", "0.3", "WEBHOOK_RETRY_DELAY_BASE", "0.05", "WEBHOOK_BATCH_TIMEOUT", "600"),
                new FastClock(60));
        fixture.send(deals.update("1", "locked", "patient"));

        fixture.awaitDeal("1", "locked", "patient");
        assertThat(fixture.dead()).isEmpty();
        graph.join();
    }

    @Test
    void an_add_that_timed_out_and_lands_after_its_records_deletion_leaves_nothing() {
        SinkService sink = fixture.sink(
                Map.of("COGNEE_TIMEOUT", "0.5", "WEBHOOK_RETRY_DELAY_BASE", "0.05", "WEBHOOK_BATCH_TIMEOUT", "60"));
        fixture.send(deals.update("0", "locked", "settled before"));
        fixture.awaitDeal("0", "locked", "settled before");
        holdGraphs();
        CompletableFuture<Void> graph = build("locked");
        int adds = cognee.calls("add");
        double before = waitedInVain(sink);

        fixture.send(deals.update("1", "locked", "too late", 1));
        await().atMost(LIMIT).until(() -> cognee.calls("add") > adds);
        fixture.send(deals.event("1", EventType.DELETE, "locked", "", 2, false));
        await().atMost(LIMIT).until(() -> waitedInVain(sink) > before);
        graphsMayEnd.countDown();
        graph.join();
        fixture.send(deals.update("2", "locked", "after all", 3));

        fixture.awaitDeal("2", "locked", "after all");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.memory()).doesNotContainKey("Deals_" + deals.id("1")));
        assertThat(fixture.dead()).isEmpty();
    }

    @Test
    void one_accounts_flood_does_not_fill_the_sink_while_its_dataset_is_locked() {
        holdGraphs();
        CompletableFuture<Void> graph = build("locked");
        fixture.sink(Map.of(
                "MEMORY_SINK_MAX_IN_FLIGHT", "40", "WEBHOOK_RETRY_DELAY_BASE", "0.5", "WEBHOOK_BATCH_TIMEOUT", "60"));
        IntStream.range(0, 60).forEach(i -> fixture.send(deals.update("flood" + i, "locked", "flood")));
        fixture.send(deals.update("1", "free", "not held up"));

        fixture.awaitDeal("1", "free", "not held up");
        assertThat(graph).isNotDone();
        graphsMayEnd.countDown();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(cognee.documents(deals.dataset("locked")))
                        .filteredOn(document -> document.text().contains("flood"))
                        .hasSize(60));
        assertThat(fixture.dead()).isEmpty();
    }

    /** As when other instances build their graphs: every worker meets one of them, and many more events wait. */
    @Test
    void datasets_that_others_have_locked_do_not_take_up_all_the_workers() {
        List<String> locked = List.of("locked0", "locked1", "locked2");
        holdGraphs();
        List<CompletableFuture<Void>> graphs = build(locked);
        SinkService sink =
                fixture.sink(Map.of("COGNEE_TIMEOUT", "1", "WEBHOOK_NUM_WORKERS", "3", "WEBHOOK_BATCH_TIMEOUT", "60"));
        IntStream.range(0, 60).forEach(i -> fixture.send(deals.update("l" + i, locked.get(i % 3), "waits")));
        await().atMost(LIMIT).until(() -> waitedInVain(sink) >= locked.size());
        double before = waitedInVain(sink);

        for (int i = 0; i < 15; i++) {
            fixture.send(deals.update(String.valueOf(i), "free" + i % 2, "not held up"));
            fixture.awaitDeal(String.valueOf(i), "free" + i % 2, "not held up");
        }

        assertThat(waitedInVain(sink) - before).isLessThan(8);
        assertThat(graphs).noneMatch(CompletableFuture::isDone);
        graphsMayEnd.countDown();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.memory().values())
                        .filteredOn(document -> document.endsWith("waits"))
                        .hasSize(60));
        assertThat(fixture.dead()).isEmpty();
    }

    /** How often a worker has waited for Cognee until the time was over. */
    private double waitedInVain(SinkService sink) {
        return fixture.metrics(sink)
                .lines()
                .filter(line -> line.startsWith("sink_cognee_calls_seconds_count{") && line.contains("\"timeout\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void after_a_restart_late_events_neither_bring_back_a_deleted_record_nor_undo_a_move() {
        SinkService before = fixture.sink(Map.of());
        fixture.send(deals.update("gone", "a", "alive", 1));
        fixture.send(deals.event("gone", EventType.DELETE, "a", "", 3, false));
        fixture.send(deals.update("moved", "a", "old home", 1));
        fixture.send(deals.update("moved", "b", "new home", 3));
        fixture.send(deals.update("same", "a", "state", 1));
        fixture.send(deals.update("same", "a", "state", 3));
        fixture.awaitDeal("moved", "b", "new home");
        fixture.awaitDeal("same", "a", "state");
        before.close();

        SinkService sink = fixture.sink(Map.of());
        fixture.send(deals.update("gone", "a", "a ghost", 2));
        fixture.send(deals.update("moved", "a", "a ghost", 2));
        fixture.send(deals.update("same", "a", "a ghost", 2));
        fixture.send(deals.update("last", "a", "after all these", 4));
        fixture.awaitDeal("last", "a", "after all these");

        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(fixture.metrics(sink)).contains("outcome=\"stale\",service=\"memory-sink\"} 3.0"));
        assertThat(fixture.memory())
                .isEqualTo(Map.of(
                        "Deals_" + deals.id("moved"), deals.dataset("b") + ": new home",
                        "Deals_" + deals.id("same"), deals.dataset("a") + ": state",
                        "Deals_" + deals.id("last"), deals.dataset("a") + ": after all these"));
    }

    @Test
    void an_erasure_leaves_no_document_and_a_waiting_retry_of_the_record_writes_none() {
        SinkService sink = fixture.sink(Map.of("WEBHOOK_RETRY_DELAY_BASE", "1"));
        fixture.send(deals.update("1", "a", "state", 1));
        fixture.awaitDeal("1", "a", "state");
        client().add(
                        deals.dataset("a"),
                        List.of(new NewDocument(
                                "Deals_" + deals.id("1") + "_copy.txt",
                                "unknown to the directory",
                                new DocumentMetadata("Deals", deals.id("1"), Deals.START, "00"))));
        cognee.refuse(text -> text.contains("later"), 500, "Try again");
        fixture.send(deals.update("1", "a", "later", 2));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.metrics(sink))
                        .containsPattern("sink_retries_total\\{[^}]*tier=\"1\"[^}]*} 1.0"));

        RecordHeaders headers = new RecordHeaders();
        Headers.put(headers, Headers.ERASE, "true");
        byte[] deletion = EventCodec.toBytes(deals.event("1", EventType.DELETE, "a", "", 3, true));
        fixture.send(new ProducerRecord<>("zoho.deals", null, deals.id("1"), deletion, headers));
        cognee.refuseNothing();

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(cognee.documents(deals.dataset("a"))).isEmpty());
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(fixture.metrics(sink)).contains("outcome=\"stale\",service=\"memory-sink\"} 1.0"));
        assertThat(fixture.memory()).isEmpty();
        assertThat(fixture.dead()).isEmpty();
    }

    @Test
    void a_replay_fills_a_memory_that_was_emptied_behind_the_sinks_back() {
        fixture.sink(Map.of());
        fixture.send(deals.update("1", "a", "state", 1));
        fixture.awaitDeal("1", "a", "state");
        client().deleteDataset(deals.dataset("a"));
        assertThat(fixture.memory()).isEmpty();

        RecordHeaders headers = new RecordHeaders();
        Headers.put(headers, Headers.REPLAY_ID, deals.id("replay"));
        WebhookEvent again = deals.update("1", "a", "state", 1);
        fixture.send(new ProducerRecord<>("zoho.deals", null, deals.id("1"), EventCodec.toBytes(again), headers));

        fixture.awaitDeal("1", "a", "state");
    }

    @Test
    void retry_headers_that_are_not_ours_end_no_process() {
        fixture.sink(Map.of());
        RecordHeaders headers = new RecordHeaders();
        Headers.put(headers, Headers.RETRY_NOT_BEFORE, "tomorrow");
        Headers.put(headers, Headers.RETRY_ATTEMPTS, "many");
        Headers.put(headers, Headers.RETRY_SINCE, "yesterday");
        byte[] value = EventCodec.toBytes(deals.update("1", "a", "taken all the same", 1));
        fixture.send(new ProducerRecord<>(Topics.retry(1), null, deals.id("1"), value, headers));

        fixture.awaitDeal("1", "a", "taken all the same");
        Headers.put(headers, Headers.RETRY_NOT_BEFORE, Instant.MIN.toString());
        value = EventCodec.toBytes(deals.update("2", "a", "and this one", 1));
        fixture.send(new ProducerRecord<>(Topics.retry(1), null, deals.id("2"), value, headers));

        fixture.awaitDeal("2", "a", "and this one");
    }

    /** As of a retry that was written while somebody's clock was wrong. */
    @Test
    void retries_that_are_due_in_a_hundred_years_are_tried_when_any_retry_is() {
        fixture.sink(Map.of("MEMORY_SINK_MAX_IN_FLIGHT", "10"), new FastClock(3_600));
        RecordHeaders headers = new RecordHeaders();
        Headers.put(headers, Headers.RETRY_NOT_BEFORE, "2126-01-01T00:00:00Z");
        byte[] value = EventCodec.toBytes(deals.update("1", "a", "is tried", 1));
        fixture.send(new ProducerRecord<>(Topics.retry(1), null, deals.id("1"), value, headers));

        fixture.awaitDeal("1", "a", "is tried");
    }

    @Test
    void the_metrics_of_its_kafka_clients_are_shown_producers_too() {
        SinkService sink = fixture.sink(Map.of());
        fixture.send(deals.update("1", "a", "written down"));
        fixture.awaitDeal("1", "a", "written down");

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.metrics(sink))
                        .containsPattern("kafka_consumer_fetch_manager_records_consumed_total\\{")
                        .containsPattern("kafka_producer_record_send_total\\{"));
    }

    /** Graphs are built, and lock their datasets, until the test lets them end. */
    private void holdGraphs() {
        cognee.onBuild(dataset -> SinkFixture.waitFor(graphsMayEnd));
    }

    /** Has Cognee lock a dataset as when another instance of the sink builds its graph. */
    private CompletableFuture<Void> build(String account) {
        return build(List.of(account)).get(0);
    }

    private List<CompletableFuture<Void>> build(List<String> accounts) {
        CogneeClient other = client();
        accounts.forEach(account -> other.add(
                deals.dataset(account),
                List.of(new NewDocument(
                        "Deals_" + deals.id("other") + ".txt",
                        "another's",
                        new DocumentMetadata("Deals", deals.id("other"), Deals.START, "00")))));
        // Threads of their own: the common pool may have one only.
        List<CompletableFuture<Void>> graphs = accounts.stream()
                .map(account -> CompletableFuture.runAsync(
                        () -> other.cognify(deals.dataset(account)), task -> new Thread(task).start()))
                .toList();
        await().atMost(LIMIT).until(() -> cognee.calls("cognify") == accounts.size());
        return graphs;
    }

    private CogneeClient client() {
        SettingsReader settings = new SettingsReader(new Environment(Map.of("COGNEE_URL", cognee.url())));
        return CogneeClient.create(CogneeSettings.from(settings), new SimpleMeterRegistry());
    }
}
