package io.webhookmemory.processor.topology;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.processor.Durability;
import io.webhookmemory.processor.ProcessorSettings;
import io.webhookmemory.processor.StreamsSettings;
import io.webhookmemory.processor.store.RocksDbMemory;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.InvalidEventException;
import io.webhookmemory.topics.wire.JsonSerde;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;

/** The topology under Kafka's test driver, with the options that it is run with; time is the test's. */
final class TopologyRun implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    static final Duration TTL = Duration.ofHours(1);
    static final String RECORD = "1";

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Path stateDirectory;
    private final RocksDbMemory memory = new RocksDbMemory(16 << 20);
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> webhooks;

    TopologyRun(Path stateDirectory) {
        this.stateDirectory = stateDirectory;
        start(NOW);
    }

    static ProcessorSettings settings(Map<String, String> variables) {
        return ProcessorSettings.from(new SettingsReader(new Environment(variables)));
    }

    static Topology topology(ProcessorSettings settings) {
        return ProcessorTopology.build(
                settings.topology(),
                new ProcessorMetrics(new SimpleMeterRegistry(), Clock.fixed(NOW, ZoneOffset.UTC)),
                settings.commitPace());
    }

    private void start(Instant wallClock) {
        ProcessorSettings settings = settings(Map.of(
                "WEBHOOK_EVENT_TTL",
                String.valueOf(TTL.toSeconds()),
                "STREAM_PROCESSOR_STATE_DIR",
                stateDirectory.toString()));
        ProcessorMetrics metrics = new ProcessorMetrics(meters, Clock.fixed(NOW, ZoneOffset.UTC));
        driver = new TopologyTestDriver(
                ProcessorTopology.build(settings.topology(), metrics, settings.commitPace()),
                StreamsSettings.properties(settings, metrics, memory, new Durability(1, 1)),
                wallClock);
        webhooks = driver.createInputTopic(Topics.WEBHOOKS, new StringSerializer(), new ByteArraySerializer());
    }

    /** A new processor on the stores of the old one: the test driver empties its directory when it is closed. */
    void restart(Instant wallClock) {
        List<KeyValue<String, byte[]>> seen = contents(Deduplicate.SEEN_STORE);
        List<KeyValue<String, byte[]>> records = contents(Enrich.RECORDS_STORE);
        List<KeyValue<String, byte[]>> children = contents(Links.CHILDREN_STORE);
        driver.close();
        start(wallClock);
        driver.<String, byte[]>getKeyValueStore(Deduplicate.SEEN_STORE).putAll(seen);
        driver.<String, byte[]>getKeyValueStore(Enrich.RECORDS_STORE).putAll(records);
        driver.<String, byte[]>getKeyValueStore(Links.CHILDREN_STORE).putAll(children);
    }

    private List<KeyValue<String, byte[]>> contents(String store) {
        List<KeyValue<String, byte[]>> contents = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all =
                driver.<String, byte[]>getKeyValueStore(store).all()) {
            all.forEachRemaining(contents::add);
        }
        return contents;
    }

    void pipe(String key, byte[] value) {
        webhooks.pipeInput(key, value);
    }

    void pipe(TestRecord<String, byte[]> record) {
        webhooks.pipeInput(record);
    }

    void pipeLink(String key, byte[] value) {
        driver.createInputTopic(Topics.LINKS, new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, value);
    }

    void pipe(WebhookEvent event) {
        webhooks.pipeInput(event.recordId(), EventCodec.toBytes(event));
    }

    /** An operator's erasure of a deal, with further headers. */
    void erase(WebhookEvent deletion, String... headers) {
        RecordHeaders all = new RecordHeaders();
        Headers.put(all, Headers.ERASE, "true");
        for (int i = 0; i < headers.length; i += 2) {
            Headers.put(all, headers[i], headers[i + 1]);
        }
        pipe(new TestRecord<>(deletion.recordId(), EventCodec.toBytes(deletion), all));
    }

    /** An update of a deal. */
    void pipe(String eventId, Instant receivedAt) {
        pipe(event(eventId, "Deals", receivedAt));
    }

    /** Lets time pass in small steps, as it does: expiry works in bounded steps too. */
    void advance(Duration duration) {
        for (long minute = 0; minute < duration.toMinutes(); minute++) {
            driver.advanceWallClockTime(Duration.ofMinutes(1));
        }
        driver.advanceWallClockTime(duration.minusMinutes(duration.toMinutes()));
    }

    void step(Duration duration) {
        driver.advanceWallClockTime(duration);
    }

    TestInputTopic<String, DirectoryEntry> directory() {
        return driver.createInputTopic(
                Topics.DIRECTORY,
                new StringSerializer(),
                JsonSerde.directoryEntry().serializer());
    }

    int seenIds() {
        return contents(Deduplicate.SEEN_STORE).size();
    }

    /** What is stored of a record, in bytes. */
    byte[] storedRecord(String recordId) {
        return driver.<String, byte[]>getKeyValueStore(Enrich.RECORDS_STORE).get(recordId);
    }

    void storeRecord(String recordId, byte[] state) {
        driver.<String, byte[]>getKeyValueStore(Enrich.RECORDS_STORE).put(recordId, state);
    }

    /** What came on a topic since the last look. */
    List<TestRecord<String, byte[]>> read(String topic) {
        return driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    List<WebhookEvent> readEvents(String topic) {
        return read(topic).stream().map(record -> decoded(record.value())).toList();
    }

    double count(String meter, String... tags) {
        return meters.find(meter).tags(tags).counters().stream()
                .mapToDouble(io.micrometer.core.instrument.Counter::count)
                .sum();
    }

    static WebhookEvent decoded(byte[] value) {
        try {
            return EventCodec.fromBytes(value);
        } catch (InvalidEventException e) {
            throw new AssertionError(e);
        }
    }

    static WebhookEvent event(String id, String module, Instant receivedAt) {
        return event(id, EventType.UPDATE, module, receivedAt, json("{'a':1}"));
    }

    static WebhookEvent event(String id, EventType type, String module, Instant at, ObjectNode data) {
        return WebhookEvent.received(id, type, module, RECORD, data, List.of(), at, null, at, EventSource.SIGNED);
    }

    static ObjectNode json(String text) {
        try {
            return (ObjectNode) Json.MAPPER.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        driver.close();
        memory.close();
    }
}
