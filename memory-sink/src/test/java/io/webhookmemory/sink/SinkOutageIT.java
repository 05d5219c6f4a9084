package io.webhookmemory.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory-sink on a broker, against a Cognee that is out, refuses everybody, or fails for one record only. */
class SinkOutageIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final KafkaForTests KAFKA = KafkaForTests.shared();

    @AutoClose
    private final SinkFixture fixture = new SinkFixture(KAFKA);

    private final Deals deals = fixture.deals;
    private final CogneeDouble cognee = fixture.cognee;

    /** Ten minutes by a clock on which they last two and a half seconds. */
    @ParameterizedTest
    @ValueSource(strings = {"down", "failing", "refusing us"})
    void an_outage_of_ten_minutes_puts_nothing_in_the_dead_letter_topic(String kind) {
        Clock fast = new FastClock(240);
        SinkService sink = fixture.sink(Map.of("WEBHOOK_NUM_WORKERS", "8"), fast);
        fixture.send(deals.update("0", "a0", "before"));
        fixture.awaitDeal("0", "a0", "before");
        begin(kind);
        Instant end = fast.instant().plus(Duration.ofMinutes(10));

        IntStream.range(1, 40).forEach(i -> fixture.send(deals.critical(String.valueOf(i), "a" + i % 5, "during")));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).contains("memory is out"));
        await().atMost(LIMIT).until(() -> fast.instant().isAfter(end));
        assertThat(fixture.documents()).hasSize(1);
        end(kind);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.documents()).hasSize(40));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).doesNotContain("is out"));
        assertThat(fixture.dead()).isEmpty();
    }

    /** Too little comes through for the share of failures to show it. Five minutes by a clock sixty times as fast. */
    @Test
    void an_outage_at_one_event_every_few_seconds_puts_nothing_in_the_dead_letter_topic() {
        Clock fast = new FastClock(60);
        SinkService sink = fixture.sink(Map.of(), fast);
        IntStream.range(0, 30).forEach(i -> fixture.send(deals.update("before" + i, "a" + i % 3, "before")));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.documents()).hasSize(30));
        begin("failing");
        Instant next = fast.instant();
        for (int i = 0; i < 60; i++) {
            fixture.send(deals.update(String.valueOf(i), "a" + i % 3, "during"));
            next = next.plusSeconds(5);
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(isPast(fast, next));
        }

        assertThat(fixture.ready(sink)).contains("memory is out: http_500");
        end("failing");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.documents()).hasSize(90));
        assertThat(fixture.dead()).isEmpty();
    }

    @Test
    void without_retry_topics_an_outage_takes_no_more_than_the_first_event() {
        SinkService sink = fixture.sink(Map.of("WEBHOOK_MAX_RETRIES", "0", "WEBHOOK_NUM_WORKERS", "8"));
        fixture.send(deals.update("0", "a0", "before"));
        fixture.awaitDeal("0", "a0", "before");
        begin("failing");

        IntStream.range(1, 40).forEach(i -> fixture.send(deals.update(String.valueOf(i), "a" + i % 9, "during")));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).contains("memory is out: http_500"));
        // Some of them have been the trial, and have come back.
        int calls = cognee.calls("add");
        await().atMost(LIMIT).until(() -> cognee.calls("add") >= calls + 5);
        end("failing");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.documents().size()).isGreaterThanOrEqualTo(39));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(
                                fixture.documents().size() + fixture.dead().size())
                        .isEqualTo(40));
        assertThat(fixture.dead()).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void an_event_for_which_nobody_is_called_does_not_say_that_an_outage_is_over() {
        SinkService sink = fixture.sink(Map.of("WEBHOOK_NUM_WORKERS", "8"));
        fixture.send(deals.update("0", "a", "newest", 5));
        fixture.awaitDeal("0", "a", "newest");
        begin("failing");
        IntStream.range(1, 10).forEach(i -> fixture.send(deals.critical(String.valueOf(i), "b" + i, "during")));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).contains("memory is out"));

        IntStream.range(1, 5).forEach(i -> fixture.send(deals.update("0", "a", "older", 5 - i)));

        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(fixture.metrics(sink)).contains("outcome=\"stale\",service=\"memory-sink\"} 4.0"));
        assertThat(fixture.ready(sink)).contains("memory is out");

        // Nothing is left for the next test, which reads the same topics.
        end("failing");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.documents()).hasSize(10));
    }

    @Test
    void one_record_alone_that_always_fails_is_dead_after_its_retries() {
        begin("failing");
        SinkService sink = fixture.sink(Map.of("WEBHOOK_RETRY_DELAY_BASE", "0.05"));
        fixture.send(deals.update("0", "a", "poison"));

        await().atMost(LIMIT).untilAsserted(() -> assertThat(fixture.dead()).hasSize(1));
        assertThat(Headers.get(fixture.dead().get(0).headers(), Headers.DLT_ATTEMPTS))
                .contains("4");
        assertThat(fixture.metrics(sink)).doesNotContain("sink_put_off_total{");
    }

    @Test
    void records_that_always_fail_are_dead_once_another_gets_through() {
        cognee.refuse(text -> text.contains("poison"), 500, "broken by this text");
        SinkService sink = fixture.sink(Map.of("WEBHOOK_RETRY_DELAY_BASE", "0.05"));
        fixture.send(deals.update("0", "a", "poison"));
        fixture.send(deals.update("1", "b", "poison"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).contains("memory is out: http_500"));
        assertThat(fixture.dead()).isEmpty();

        AtomicInteger healthy = new AtomicInteger(1);
        await().atMost(LIMIT).untilAsserted(() -> {
            fixture.send(deals.update(String.valueOf(healthy.incrementAndGet()), "c", "healthy"));
            assertThat(fixture.dead()).hasSize(2);
        });
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.metrics(sink))
                        .containsPattern("sink_dead_letters_waiting\\{[^}]*} [1-9]")
                        .containsPattern("sink_dead_letters_oldest_age_seconds\\{[^}]*} [0-9.]*[1-9]"));
        fixture.awaitDeal("2", "c", "healthy");
        assertThat(fixture.ready(sink)).doesNotContain("is out");
    }

    /** More than the breaker looks back on. */
    @Test
    void records_that_always_fail_may_be_many_and_the_first_and_hold_up_no_others_for_good() {
        cognee.refuse(text -> text.contains("poison"), 500, "broken by this text");
        SinkService sink = fixture.sink(Map.of("WEBHOOK_RETRY_DELAY_BASE", "0.05"));
        IntStream.range(0, 25).forEach(i -> fixture.send(deals.update("p" + i, "p" + i, "poison")));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).contains("memory is out: http_500"));

        AtomicInteger healthy = new AtomicInteger();
        await().atMost(LIMIT).untilAsserted(() -> {
            String next = "h" + healthy.incrementAndGet();
            fixture.send(deals.update(next, "a" + healthy.get() % 3, "healthy"));
            assertThat(fixture.dead()).hasSize(25);
        });

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.documents()).hasSize(healthy.get()));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).doesNotContain("is out"));
    }

    @Test
    void one_record_that_always_fails_is_dead_after_its_retries_and_the_breaker_stays_closed() {
        cognee.refuse(text -> text.contains("poison"), 500, "broken by this text");
        SinkService sink = fixture.sink(Map.of("WEBHOOK_RETRY_DELAY_BASE", "0.05"));
        fixture.send(deals.update("0", "a", "poison"));
        IntStream.rangeClosed(1, 30)
                .forEach(i -> fixture.send(deals.update(String.valueOf(i), "a" + i % 3, "healthy")));

        await().atMost(LIMIT).untilAsserted(() -> assertThat(fixture.dead()).hasSize(1));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.documents()).hasSize(30));

        ConsumerRecord<String, byte[]> letter = fixture.dead().get(0);
        assertThat(letter.key()).isEqualTo(deals.id("0"));
        assertThat(Headers.get(letter.headers(), Headers.DLT_ATTEMPTS)).contains("4");
        assertThat(Headers.get(letter.headers(), Headers.DLT_REASON)).contains("http_500");
        assertThat(fixture.metrics(sink)).doesNotContain("sink_put_off_total{");
    }

    @Test
    void documents_go_on_while_the_llm_refuses_everybody_and_graphs_are_built_after() {
        cognee.failCognify("LLMQuotaExceededError: no more");
        SinkService sink = fixture.sink(Map.of());
        fixture.send(deals.critical("1", "a", "first"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).contains("graphs is out: llm_quota"));

        fixture.send(deals.critical("2", "b", "second"));

        fixture.awaitDeal("2", "b", "second");
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(unfinished(sink, Topics.SINK_GROUP)).containsExactly(0.0, 0.0));
        assertThat(unfinished(sink, Topics.COGNIFY_GROUP)).hasSize(2).allMatch(value -> value > 0);
        cognee.failCognify(null);
        await().atMost(LIMIT)
                .until(() -> cognee.cognifyRuns(deals.dataset("a")) > 0 && cognee.cognifyRuns(deals.dataset("b")) > 0);
        assertThat(fixture.dead()).isEmpty();
    }

    /** Records in flight, and the age of the oldest in seconds. */
    private List<Double> unfinished(SinkService sink, String group) {
        return fixture.metrics(sink)
                .lines()
                .filter(line -> line.matches("(sink_in_flight|sink_oldest_unsynced_age_seconds)\\{.*"))
                .filter(line -> line.contains("group=\"" + group + "\""))
                .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' '))))
                .toList();
    }

    private static Callable<Boolean> isPast(Clock clock, Instant time) {
        return () -> clock.instant().isAfter(time);
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
}
