package io.webhookmemory.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.cognee.CogneeDouble;
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
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory-sink on a broker: when graphs are built, and what becomes of those that cannot be. */
class SinkGraphsIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final KafkaForTests KAFKA = KafkaForTests.shared();

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

    @Test
    void a_graph_that_fails_alone_among_graphs_while_documents_fail_too_is_built_in_the_end() {
        cognee.onCall(kind -> {
            if (kind.equals("cognify")) {
                cognee.failCalls(100);
            }
        });
        fixture.sink(Map.of("WEBHOOK_RETRY_DELAY_BASE", "0.5", "WEBHOOK_BATCH_TIMEOUT", "0.01"));
        fixture.send(deals.update("1", "a", "document"));
        await().atMost(LIMIT).until(() -> cognee.calls("cognify") == 1);
        IntStream.range(0, 3).forEach(i -> fixture.send(deals.update("other" + i, "b" + i, "other")));

        // Its retries are used up after the fourth.
        await().atMost(LIMIT).until(() -> cognee.calls("cognify") > 4);
        assertThat(fixture.deadGraphs()).isEmpty();
        cognee.onCall(kind -> {});
        cognee.failCalls(0);

        await().atMost(LIMIT)
                .until(() -> Stream.of("a", "b0", "b1", "b2")
                        .allMatch(account -> cognee.cognifyRuns(deals.dataset(account)) > 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_dataset_on_which_the_llm_fails_whenever_it_is_tried_is_given_up_while_others_are_built(int poisonous) {
        IntStream.range(0, poisonous)
                .forEach(i ->
                        cognee.failCognifyOf(deals.dataset("poison" + i), "litellm.APIConnectionError: no answer"));
        SinkService sink = fixture.sink(Map.of("WEBHOOK_RETRY_DELAY_BASE", "0.2"));
        IntStream.range(0, poisonous).forEach(i -> fixture.send(deals.critical("p" + i, "poison" + i, "poison")));
        AtomicInteger healthy = new AtomicInteger();

        await().atMost(LIMIT).untilAsserted(() -> {
            int next = healthy.incrementAndGet();
            fixture.send(deals.critical("h" + next, "healthy" + next, "healthy"));
            assertThat(fixture.deadGraphs()).hasSize(poisonous);
        });

        assertThat(fixture.deadGraphs()).allSatisfy(letter -> {
            assertThat(Headers.get(letter.headers(), Headers.DLT_REASON)).contains("llm_unavailable");
            assertThat(Headers.get(letter.headers(), Headers.DLT_ATTEMPTS)).contains("4");
        });
        await().atMost(LIMIT)
                .until(() -> IntStream.rangeClosed(1, healthy.get())
                        .allMatch(i -> cognee.cognifyRuns(deals.dataset("healthy" + i)) > 0));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).doesNotContain("is out"));
    }

    @Test
    void a_dataset_on_which_the_llm_fails_is_given_up_alone_where_the_llm_says_that_it_is_well() {
        cognee.failCognifyOf(deals.dataset("poison"), "litellm.Timeout: no answer");
        SinkService sink = fixture.sink(Map.of("WEBHOOK_RETRY_DELAY_BASE", "0.05"));
        fixture.send(deals.critical("1", "poison", "poison"));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.deadGraphs()).hasSize(1));
        assertThat(fixture.ready(sink)).doesNotContain("is out");
    }

    /** What was built before, and what was only deleted from, needs no LLM. */
    @Test
    void runs_that_have_nothing_to_build_do_not_say_that_the_llm_is_back() {
        SinkService sink = fixture.sink(Map.of("WEBHOOK_RETRY_DELAY_BASE", "0.05", "WEBHOOK_MAX_RETRIES", "1"));
        fixture.send(deals.critical("1", "built", "first"));
        await().atMost(LIMIT).until(() -> cognee.cognifyRuns(deals.dataset("built")) == 1);
        cognee.failCognify("LLMQuotaExceededError: no more");
        fixture.send(deals.critical("2", "a", "second"));
        fixture.send(deals.critical("3", "b", "third"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).contains("graphs is out"));

        for (int run = 2; run < 7; run++) {
            int expected = run;
            fixture.send(request("built", new RecordHeaders()));
            await().atMost(LIMIT).until(() -> cognee.cognifyRuns(deals.dataset("built")) >= expected);
        }

        assertThat(fixture.deadGraphs()).isEmpty();
        assertThat(fixture.ready(sink)).contains("graphs is out: llm_quota");
    }

    private ProducerRecord<String, byte[]> request(String account, RecordHeaders headers) {
        String dataset = deals.dataset(account);
        CognifyRequest request = new CognifyRequest(dataset, true, Instant.now());
        return new ProducerRecord<>(
                Topics.COGNIFY, null, dataset, JsonSerde.cognifyRequest().toBytes(request), headers);
    }
}
