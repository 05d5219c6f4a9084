package io.webhookmemory.processor.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.processor.ProcessorMetrics;
import io.webhookmemory.processor.ProcessorSettings;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.json.Json;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.InvalidEventException;
import io.webhookmemory.topics.wire.JsonSerde;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorTopologyTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration TTL = Duration.ofHours(1);

    @TempDir
    private Path state;

    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> webhooks;

    @BeforeEach
    void start() {
        start(NOW);
    }

    private void start(Instant wallClock) {
        ProcessorSettings settings = ProcessorSettings.from(
                new SettingsReader(new Environment(Map.of("WEBHOOK_EVENT_TTL", String.valueOf(TTL.toSeconds())))));
        Properties properties = new Properties();
        properties.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG, "test",
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1",
                StreamsConfig.STATE_DIR_CONFIG, state.toString()));
        ProcessorMetrics metrics =
                new ProcessorMetrics(new SimpleMeterRegistry(), Clock.fixed(NOW, java.time.ZoneOffset.UTC));
        driver = new TopologyTestDriver(ProcessorTopology.build(settings, metrics), properties, wallClock);
        webhooks = driver.createInputTopic(Topics.WEBHOOKS, new StringSerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void an_event_goes_to_its_modules_topic_with_its_headers_and_calls_are_activities() {
        RecordHeaders headers = new RecordHeaders();
        Headers.put(headers, Headers.TRACEPARENT, "trace");
        webhooks.pipeInput(new TestRecord<>("1", EventCodec.toBytes(event("e1", "Calls", NOW)), headers));

        assertThat(read("zoho.activities")).singleElement().satisfies(message -> {
            assertThat(message.key()).isEqualTo("1");
            assertThat(Headers.get(message.headers(), Headers.TRACEPARENT)).contains("trace");
            assertThat(decoded(message).module()).isEqualTo("Calls");
        });
    }

    @Test
    void a_repeat_within_the_window_goes_no_further() {
        pipe("e1", NOW);
        pipe("e1", NOW.plus(TTL).minusMillis(1));

        assertThat(read("zoho.deals")).hasSize(1);
    }

    @Test
    void a_duplicate_does_not_extend_the_window() {
        pipe("e1", NOW);
        advance(TTL.dividedBy(2));
        pipe("e1", NOW.plus(TTL.dividedBy(2)));
        advance(TTL.dividedBy(2));
        pipe("e1", NOW.plus(TTL));

        assertThat(read("zoho.deals"))
                .as("the first, and the one after the window")
                .hasSize(2);
    }

    @Test
    void an_event_from_the_future_neither_evicts_others_nor_stays_for_longer() {
        pipe("e1", NOW);
        pipe("future", NOW.plus(Duration.ofDays(400)));
        advance(Duration.ofMinutes(1));
        pipe("e1", NOW.plusSeconds(60));
        assertThat(read("zoho.deals")).hasSize(2);

        advance(TTL.multipliedBy(3));
        assertThat(seenIds()).isZero();
    }

    @Test
    void a_repeat_that_comes_late_by_hours_is_still_a_repeat() {
        pipe("e1", NOW.minus(Duration.ofHours(5)));
        pipe("other", NOW);
        advance(Duration.ofSeconds(1));
        pipe("e1", NOW.minus(Duration.ofHours(5)).plusSeconds(1));

        assertThat(read("zoho.deals")).hasSize(2);
    }

    @Test
    void after_an_outage_longer_than_the_window_a_repeat_in_the_backlog_is_still_a_repeat() {
        pipe("e1", NOW);
        // The processor is away, and comes back to events that waited: the wall clock has moved, theirs has not.
        restart(NOW.plus(TTL.multipliedBy(5)));
        pipe("waited", NOW.plusSeconds(1));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        pipe("e1", NOW.plusSeconds(2));

        assertThat(read("zoho.deals")).as("the one that waited; not the repeat").hasSize(1);
    }

    @Test
    void ids_are_forgotten_while_no_events_come() {
        for (int i = 0; i < 100; i++) {
            pipe("e" + i, NOW);
        }
        assertThat(seenIds()).isEqualTo(100);

        advance(TTL.multipliedBy(2).plusMinutes(1));

        assertThat(seenIds()).isZero();
    }

    @Test
    void a_replayed_event_passes_once_for_each_replay() {
        pipe("e1", NOW);
        for (String replay : List.of("r1", "r1", "r2")) {
            RecordHeaders headers = new RecordHeaders();
            Headers.put(headers, Headers.REPLAY_ID, replay);
            webhooks.pipeInput(new TestRecord<>("1", EventCodec.toBytes(event("e1", "Deals", NOW)), headers));
        }

        assertThat(read("zoho.deals")).hasSize(3);
    }

    @Test
    void poison_goes_to_the_rejected_topic_unchanged_with_reason_and_origin_and_the_stream_goes_on() {
        webhooks.pipeInput("1", "no event".getBytes(UTF_8));
        webhooks.pipeInput(null, EventCodec.toBytes(event("e1", "Deals", NOW)));
        webhooks.pipeInput("2", EventCodec.toBytes(event("e1", "Deals", NOW)));
        webhooks.pipeInput("1", EventCodec.toBytes(event("e1", "Secrets", NOW)));
        webhooks.pipeInput("1", null);
        pipe("good", NOW);

        assertThat(read(Topics.REJECTED))
                .extracting(message ->
                        Headers.get(message.headers(), Headers.REJECTED_REASON).orElse("none"))
                .containsExactly("not JSON", "null key", "key is not the record id", "module not allowed", "no value");
        assertThat(read("zoho.deals")).hasSize(1);
    }

    @Test
    void a_rejected_record_keeps_its_bytes_and_says_where_it_came_from() {
        webhooks.pipeInput("1", "no event".getBytes(UTF_8));

        assertThat(read(Topics.REJECTED)).singleElement().satisfies(message -> {
            assertThat(message.value()).isEqualTo("no event".getBytes(UTF_8));
            assertThat(Headers.get(message.headers(), Headers.REJECTED_ORIGIN)).contains("zoho.webhooks-0@0");
        });
    }

    @Test
    void the_directory_gives_a_parents_account_and_what_memory_holds() {
        TestInputTopic<String, DirectoryEntry> directory = driver.createInputTopic(
                Topics.DIRECTORY,
                new StringSerializer(),
                JsonSerde.directoryEntry().serializer());
        DirectoryEntry deal = new DirectoryEntry("Deals", "A1", "account_A1", "data-id", "sha", NOW);
        directory.pipeInput("deal", deal);
        directory.pipeInput("1", deal);

        webhooks.pipeInput(
                "1",
                EventCodec.toBytes(
                        event("e1", "Tasks", NOW, "{\"What_Id\":{\"id\":\"deal\"},\"$se_module\":\"Deals\"}")));
        directory.pipeInput("deal", null);
        webhooks.pipeInput("1", EventCodec.toBytes(event("e2", "Tasks", NOW.plusSeconds(1), "{\"Subject\":\"x\"}")));

        List<WebhookEvent> routed =
                read("zoho.tasks").stream().map(ProcessorTopologyTest::decoded).toList();
        assertThat(routed).extracting(WebhookEvent::accountId).containsExactly("A1", "A1");
        assertThat(routed.get(0).known()).isEqualTo(deal);
    }

    @Test
    void a_partial_update_leaves_as_the_whole_record_and_only_critical_fields_make_it_critical() {
        webhooks.pipeInput(
                "1", EventCodec.toBytes(event("e1", "Deals", NOW, "{\"a\":1,\"Account_Name\":{\"id\":\"A1\"}}")));
        webhooks.pipeInput("1", EventCodec.toBytes(event("e2", "Deals", NOW.plusSeconds(1), "{\"b\":2}")));

        WebhookEvent second = decoded(read("zoho.deals").get(1));
        assertThat(second.recordData().toString()).isEqualTo("{\"a\":1,\"Account_Name\":{\"id\":\"A1\"},\"b\":2}");
        assertThat(second.accountId()).isEqualTo("A1");
        assertThat(second.critical()).isFalse();
    }

    /** A new processor on the stores of the old one: the test driver empties its directory when it is closed. */
    private void restart(Instant wallClock) {
        List<KeyValue<String, byte[]>> seen = contents(Deduplicate.SEEN_STORE);
        List<KeyValue<Bytes, byte[]>> seenByTime = contents(Deduplicate.SEEN_BY_TIME_STORE);
        driver.close();
        start(wallClock);
        driver.<String, byte[]>getKeyValueStore(Deduplicate.SEEN_STORE).putAll(seen);
        driver.<Bytes, byte[]>getKeyValueStore(Deduplicate.SEEN_BY_TIME_STORE).putAll(seenByTime);
    }

    private <K> List<KeyValue<K, byte[]>> contents(String store) {
        List<KeyValue<K, byte[]>> contents = new ArrayList<>();
        try (KeyValueIterator<K, byte[]> all =
                driver.<K, byte[]>getKeyValueStore(store).all()) {
            all.forEachRemaining(contents::add);
        }
        return contents;
    }

    private void pipe(String eventId, Instant receivedAt) {
        webhooks.pipeInput("1", EventCodec.toBytes(event(eventId, "Deals", receivedAt)));
    }

    /** Lets time pass in small steps, as it does: expiry works in bounded steps too. */
    private void advance(Duration duration) {
        for (long minute = 0; minute < duration.toMinutes(); minute++) {
            driver.advanceWallClockTime(Duration.ofMinutes(1));
        }
        driver.advanceWallClockTime(duration.minusMinutes(duration.toMinutes()));
    }

    private long seenIds() {
        return driver.getKeyValueStore(Deduplicate.SEEN_STORE).approximateNumEntries();
    }

    private List<TestRecord<String, byte[]>> read(String topic) {
        return driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    private static WebhookEvent decoded(TestRecord<String, byte[]> message) {
        try {
            return EventCodec.fromBytes(message.value());
        } catch (InvalidEventException e) {
            throw new AssertionError(e);
        }
    }

    private static WebhookEvent event(String id, String module, Instant receivedAt) {
        return event(id, module, receivedAt, "{\"a\":1}");
    }

    private static WebhookEvent event(String id, String module, Instant receivedAt, String data) {
        try {
            return WebhookEvent.received(
                    id,
                    EventType.UPDATE,
                    module,
                    "1",
                    (ObjectNode) Json.MAPPER.readTree(data),
                    List.of(),
                    receivedAt,
                    null,
                    receivedAt,
                    EventSource.SIGNED);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
