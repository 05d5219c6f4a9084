package io.webhookmemory.admin.trace;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventIdentity;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.JsonSerde;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Kafka records of a record's journey, as the services write them. */
public final class JourneyRecords {
    public static final String INSTANCE = "sink-1";

    private JourneyRecords() {}

    /** An event as the ingress creates it; what it says is {@code content}. */
    public static WebhookEvent event(String eventId, EventType type, String recordId, String content, Instant at) {
        ObjectNode data = Json.MAPPER.createObjectNode().put("id", recordId).put("Stage", content);
        String identity = EventIdentity.combined(List.of(recordId, type.wireName(), content));
        return WebhookEvent.received(
                        eventId, type, "Deals", recordId, data, List.of("Stage"), at, null, at, EventSource.SIGNED)
                .withIdentity(identity);
    }

    public static ProducerRecord<String, byte[]> received(WebhookEvent event) {
        ProducerRecord<String, byte[]> record = record(Topics.WEBHOOKS, event, event.receivedAt());
        Headers.put(record.headers(), Headers.TRACEPARENT, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        return record;
    }

    public static WebhookEvent enriched(WebhookEvent event) {
        ObjectNode whole = event.recordData().deepCopy();
        whole.putObject("Account_Name").put("id", "77");
        return event.routed(whole, event.timestamp(), "77", false, null);
    }

    public static ProducerRecord<String, byte[]> routed(WebhookEvent event) {
        return record(Topics.ofModule(event.module()), enriched(event), event.receivedAt());
    }

    public static ProducerRecord<String, byte[]> rejected(WebhookEvent event, Place origin, String reason) {
        ProducerRecord<String, byte[]> record = record(Topics.REJECTED, event, event.receivedAt());
        Headers.put(record.headers(), Headers.REJECTED_REASON, reason);
        Headers.put(record.headers(), Headers.REJECTED_BY, "stream-processor");
        Headers.put(record.headers(), Headers.REJECTED_ORIGIN, origin.toString());
        return record;
    }

    public static ProducerRecord<String, byte[]> retry(int tier, WebhookEvent event, Instant at, Instant dueAt) {
        ProducerRecord<String, byte[]> record = failed(record(Topics.retry(tier), enriched(event), at), "http_503");
        Headers.put(record.headers(), Headers.RETRY_ATTEMPTS, String.valueOf(tier));
        Headers.put(record.headers(), Headers.RETRY_NOT_BEFORE, dueAt.toString());
        return record;
    }

    public static ProducerRecord<String, byte[]> deadLetter(WebhookEvent event, Instant at) {
        ProducerRecord<String, byte[]> record = failed(record(Topics.DLT, enriched(event), at), "http_415");
        Headers.put(record.headers(), Headers.DLT_ATTEMPTS, "1");
        return record;
    }

    private static ProducerRecord<String, byte[]> failed(ProducerRecord<String, byte[]> record, String reason) {
        Headers.put(record.headers(), Headers.DLT_REASON, reason);
        Headers.put(record.headers(), Headers.DLT_EXCEPTION_MESSAGE, "Cognee's add failed: " + reason);
        return record;
    }

    /** The announcement that the event's document is about to be written. */
    public static ProducerRecord<String, byte[]> announced(WebhookEvent event, String hash, Instant at) {
        return directory(
                event.recordId(),
                new DirectoryEntry(
                        event.module(),
                        "77",
                        "account_77",
                        null,
                        null,
                        null,
                        new DirectoryEntry.Intent(List.of("account_77"), hash, event.eventId(), INSTANCE, at)),
                at);
    }

    public static ProducerRecord<String, byte[]> document(
            String recordId, String dataId, Instant eventTime, Instant at) {
        return document(recordId, dataId, "hash-" + dataId, eventTime, at);
    }

    public static ProducerRecord<String, byte[]> document(
            String recordId, String dataId, String contentSha256, Instant eventTime, Instant at) {
        return directory(
                recordId, new DirectoryEntry("Deals", "77", "account_77", dataId, contentSha256, eventTime), at);
    }

    public static ProducerRecord<String, byte[]> tombstone(String recordId, Instant deletedAt, Instant at) {
        ProducerRecord<String, byte[]> record = directory(recordId, null, at);
        Headers.put(record.headers(), Headers.CE_TIME, deletedAt.toString());
        return record;
    }

    private static ProducerRecord<String, byte[]> directory(String recordId, DirectoryEntry entry, Instant at) {
        byte[] value = JsonSerde.directoryEntry().toBytes(entry);
        return new ProducerRecord<>(Topics.DIRECTORY, null, at.toEpochMilli(), recordId, value);
    }

    private static ProducerRecord<String, byte[]> record(String topic, WebhookEvent event, Instant at) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(topic, null, at.toEpochMilli(), event.recordId(), EventCodec.toBytes(event));
        Headers.putCloudEvent(record.headers(), event);
        return record;
    }
}
