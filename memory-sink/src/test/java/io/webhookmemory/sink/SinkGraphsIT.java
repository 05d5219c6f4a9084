package io.webhookmemory.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.embedded.cognee.CogneeDouble;
import io.webhookmemory.testing.KafkaForTests;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.CognifyRequest;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.JsonSerde;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The memory-sink on a broker: when graphs are built, and what becomes of those that cannot be. */
class SinkGraphsIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @AutoClose
    private static final KafkaForTests KAFKA = KafkaForTests.withTopics(Map.of());

    @AutoClose
    private final SinkFixture fixture = new SinkFixture(KAFKA);

    private final Deals deals = fixture.deals;
    private final CogneeDouble cognee = fixture.cognee;

    @Test
    void a_graph_that_only_waits_behind_its_documents_holds_up_no_other() {
        List<CountDownLatch> addMayEnd = List.of(new CountDownLatch(1), new CountDownLatch(1));
        AtomicInteger adds = new AtomicInteger();
        cognee.onCall(kind -> {
            int add = kind.equals("add") ? adds.getAndIncrement() : addMayEnd.size();
            if (add < addMayEnd.size()) {
                SinkFixture.waitFor(addMayEnd.get(add));
            }
        });
        SinkService sink = fixture.sink(Map.of("COGNEE_COGNIFY_CONCURRENCY", "1", "WEBHOOK_BATCH_TIMEOUT", "0.01"));
        fixture.send(deals.update("1", "busy", "first"));
        fixture.send(deals.update("2", "busy", "second"));
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(fixture.metrics(sink)).containsPattern("sink_in_flight\\{[^}]*} 2\\.0"));
        addMayEnd.get(0).countDown();
        await().atMost(LIMIT).until(() -> adds.get() == 2);

        fixture.send(deals.critical("3", "free", "elsewhere"));

        await().atMost(LIMIT).until(() -> cognee.cognifyRuns(deals.dataset("free")) == 1);
        assertThat(cognee.cognifyRuns(deals.dataset("busy"))).isZero();
        addMayEnd.get(1).countDown();
        await().atMost(LIMIT).until(() -> cognee.cognifyRuns(deals.dataset("busy")) > 0);
    }

    @Test
    void a_dead_letter_of_a_graph_says_how_often_it_was_tried_and_sent_back() {
        cognee.failCognify("broken by a document");
        fixture.sink(Map.of("WEBHOOK_RETRY_DELAY_BASE", "0.2", "WEBHOOK_BATCH_TIMEOUT", "0.5"));
        fixture.send(deals.update("1", "a", "document"));
        await().atMost(LIMIT).until(() -> cognee.calls("cognify") == 1);
        RecordHeaders headers = new RecordHeaders();
        Headers.put(headers, Headers.REDRIVE_COUNT, "2");
        fixture.send(request("a", headers));
        IntStream.range(0, 3).forEach(i -> fixture.send(request("a", new RecordHeaders())));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.deadGraphs()).hasSize(1));

        ConsumerRecord<String, byte[]> letter = fixture.deadGraphs().get(0);
        assertThat(Headers.get(letter.headers(), Headers.DLT_ATTEMPTS)).contains("4");
        assertThat(Headers.get(letter.headers(), Headers.REDRIVE_COUNT)).contains("2");
        assertThat(cognee.calls("cognify")).isEqualTo(4);
    }

    @Test
    void an_urgent_graph_that_an_outage_put_off_is_not_tried_before_cognee_asked_for_it() {
        cognee.failCognify("LLMQuotaExceededError: no more");
        SinkService sink = fixture.sink(Map.of());
        fixture.send(deals.critical("1", "a", "document"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).contains("graphs is out: llm_quota"));

        // The trial that comes next is told to stay away, which after an outage is no fault of the dataset's.
        cognee.throttleNext(1, Duration.ofMinutes(30));
        cognee.failCognify(null);

        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(fixture.metrics(sink)).containsPattern("call=\"cognify\"[^}]*outcome=\"429\""));
        await().during(Duration.ofSeconds(1)).until(() -> cognee.cognifyRuns(deals.dataset("a")) == 0);
    }

    private ProducerRecord<String, byte[]> request(String account, RecordHeaders headers) {
        String dataset = deals.dataset(account);
        CognifyRequest request = new CognifyRequest(dataset, true, Instant.now());
        return new ProducerRecord<>(
                Topics.COGNIFY, null, dataset, JsonSerde.cognifyRequest().toBytes(request), headers);
    }
}
