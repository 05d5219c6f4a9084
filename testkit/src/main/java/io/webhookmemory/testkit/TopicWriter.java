package io.webhookmemory.testkit;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.CognifyRequest;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.JsonSerde;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes events and dead letters as the services write them. */
public final class TopicWriter implements AutoCloseable {
    private static final Instant CHANGED = Instant.parse("2026-01-01T00:00:00Z");

    private final KafkaProducer<String, byte[]> producer;

    public TopicWriter(String bootstrapServers) {
        this(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /** @param connection where the broker is and how to log in */
    public TopicWriter(Map<String, Object> connection) {
        Map<String, Object> options = new HashMap<>(connection);
        options.put(ProducerConfig.ACKS_CONFIG, "all");
        options.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        producer = new KafkaProducer<>(options, new StringSerializer(), new ByteArraySerializer());
    }

    public static WebhookEvent event(String module, String recordId, String accountId) {
        return WebhookEvent.received(
                        "event-" + recordId,
                        EventType.UPDATE,
                        module,
                        recordId,
                        Json.MAPPER.createObjectNode().put("Name", "record " + recordId),
                        List.of("Name"),
                        CHANGED,
                        null,
                        CHANGED,
                        EventSource.SIGNED)
                .routed(
                        Json.MAPPER.createObjectNode().put("Name", "record " + recordId),
                        CHANGED,
                        accountId,
                        false,
                        null);
    }

    /** An event as it stands on a topic. */
    public TopicWriter event(String topic, WebhookEvent event, Instant written) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(topic, null, written.toEpochMilli(), event.recordId(), EventCodec.toBytes(event));
        Headers.putCloudEvent(record.headers(), event);
        producer.send(record);
        return this;
    }

    public TopicWriter rejected(ProducerRecord<String, byte[]> record) {
        producer.send(record);
        return this;
    }

    /** What the directory says of a record. */
    public TopicWriter directory(String recordId, DirectoryEntry entry) {
        producer.send(new ProducerRecord<>(
                Topics.DIRECTORY, recordId, JsonSerde.directoryEntry().toBytes(entry)));
        return this;
    }

    public TopicWriter deadEvent(WebhookEvent event, String reason, int redrives) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(Topics.DLT, event.recordId(), EventCodec.toBytes(event));
        Headers.putCloudEvent(record.headers(), event);
        Headers.put(record.headers(), Headers.TRACEPARENT, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        if (redrives > 0) {
            Headers.put(record.headers(), Headers.REDRIVE_COUNT, String.valueOf(redrives));
        }
        return dead(record, reason, Topics.ofModule(event.module()));
    }

    public TopicWriter deadJob(String dataset) {
        byte[] value = JsonSerde.cognifyRequest().toBytes(new CognifyRequest(dataset, true, CHANGED));
        return dead(new ProducerRecord<>(Topics.DLT, dataset, value), "cognify_failed", Topics.COGNIFY);
    }

    public TopicWriter deadBytes(String key, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        return dead(new ProducerRecord<>(Topics.DLT, key, value), "invalid_event", "zoho.deals");
    }

    public TopicWriter deadBytes(int partition, Instant written, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        return dead(
                new ProducerRecord<>(Topics.DLT, partition, written.toEpochMilli(), "key", value),
                "invalid_event",
                "zoho.deals");
    }

    /** A record that says that a dead letter is handled. */
    public TopicWriter handled(String deadLetter) {
        producer.send(new ProducerRecord<>(Topics.DLT_HANDLED, deadLetter, "{}".getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    private TopicWriter dead(ProducerRecord<String, byte[]> record, String reason, String topic) {
        Headers.put(record.headers(), Headers.DLT_REASON, reason);
        Headers.put(record.headers(), Headers.DLT_EXCEPTION_MESSAGE, "it said no");
        Headers.put(record.headers(), Headers.DLT_ATTEMPTS, "1");
        Headers.put(record.headers(), Headers.DLT_ORIGINAL_TOPIC, topic);
        producer.send(record);
        return this;
    }

    public void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close();
    }
}
