package io.webhookmemory.testing;

import io.webhookmemory.service.json.Json;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.CognifyRequest;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
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
final class Letters implements AutoCloseable {
    private static final Instant CHANGED = Instant.parse("2026-01-01T00:00:00Z");

    private final KafkaProducer<String, byte[]> producer;

    Letters(String bootstrapServers) {
        this(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /** @param connection where the broker is and how to log in */
    Letters(Map<String, Object> connection) {
        Map<String, Object> options = new HashMap<>(connection);
        options.put(ProducerConfig.ACKS_CONFIG, "all");
        options.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        producer = new KafkaProducer<>(options, new StringSerializer(), new ByteArraySerializer());
    }

    static WebhookEvent event(String module, String recordId, String accountId) {
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
    Letters event(String topic, WebhookEvent event, Instant written) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(topic, null, written.toEpochMilli(), event.recordId(), EventCodec.toBytes(event));
        Headers.putCloudEvent(record.headers(), event);
        producer.send(record);
        return this;
    }

    Letters rejected(ProducerRecord<String, byte[]> record) {
        producer.send(record);
        return this;
    }

    /** What the directory says of a record. */
    Letters directory(String recordId, DirectoryEntry entry) {
        producer.send(new ProducerRecord<>(
                Topics.DIRECTORY, recordId, JsonSerde.directoryEntry().toBytes(entry)));
        return this;
    }

    Letters deadEvent(WebhookEvent event, String reason, int redrives) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(Topics.DLT, event.recordId(), EventCodec.toBytes(event));
        Headers.putCloudEvent(record.headers(), event);
        Headers.put(record.headers(), Headers.TRACEPARENT, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        if (redrives > 0) {
            Headers.put(record.headers(), Headers.REDRIVE_COUNT, String.valueOf(redrives));
        }
        return dead(record, reason, Topics.ofModule(event.module()));
    }

    Letters deadJob(String dataset) {
        byte[] value = JsonSerde.cognifyRequest().toBytes(new CognifyRequest(dataset, true, CHANGED));
        return dead(new ProducerRecord<>(Topics.DLT, dataset, value), "cognify_failed", Topics.COGNIFY);
    }

    Letters deadBytes(String key, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        return dead(new ProducerRecord<>(Topics.DLT, key, value), "invalid_event", "zoho.deals");
    }

    Letters deadBytes(int partition, Instant written, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        return dead(
                new ProducerRecord<>(Topics.DLT, partition, written.toEpochMilli(), "key", value),
                "invalid_event",
                "zoho.deals");
    }

    /** A mark that a letter is handled. */
    Letters mark(String letter) {
        producer.send(new ProducerRecord<>(Topics.DLT_HANDLED, letter, "{}".getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    private Letters dead(ProducerRecord<String, byte[]> record, String reason, String topic) {
        Headers.put(record.headers(), Headers.DLT_REASON, reason);
        Headers.put(record.headers(), Headers.DLT_EXCEPTION_MESSAGE, "it said no");
        Headers.put(record.headers(), Headers.DLT_ATTEMPTS, "1");
        Headers.put(record.headers(), Headers.DLT_ORIGINAL_TOPIC, topic);
        producer.send(record);
        return this;
    }

    void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close();
    }
}
