package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.Headers;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A webhook that the ingress rejected, as a record on {@code zoho.webhooks.rejected}. The value is the body without the
 * sender's token. The headers contain everything that parsing it again needs.
 */
public final class RejectedWebhook {
    private static final String INGRESS = "ingress";

    private RejectedWebhook() {}

    /** The record of a rejected webhook; its value is null if the sender's token cannot be removed from the body. */
    public static <K> ProducerRecord<K, byte[]> of(byte[] body, Delivery delivery, String reason) {
        boolean fromChannel = delivery.sender().source() == EventSource.CHANNEL;
        // The token of a channel is always in the body.
        byte[] value = TokenRedaction.of(body, delivery.contentType())
                .filter(redacted -> !fromChannel || redacted != body)
                .orElse(null);
        ProducerRecord<K, byte[]> record = withoutToken(value, delivery, reason);
        if (value == null) {
            Headers.put(record.headers(), Headers.REJECTED_LEFT_OUT_BYTES, String.valueOf(body.length));
        }
        return record;
    }

    /** The record of a webhook's bad records. */
    public static <K> ProducerRecord<K, byte[]> of(Parsed.Remainder remainder, Delivery delivery) {
        Parsed.BadRecord first = remainder.records().get(0);
        int more = remainder.records().size() - 1;
        String reason = first.field() + " " + first.reason() + (more == 0 ? "" : ", and " + more + " more");
        try {
            return withoutToken(Json.MAPPER.writeValueAsBytes(remainder.body()), asUtf8(delivery), reason);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree is always serializable", e);
        }
    }

    private static Delivery asUtf8(Delivery delivery) {
        return new Delivery(
                "application/json", delivery.eventId(), delivery.sender(), delivery.receivedAt(), delivery.target());
    }

    private static <K> ProducerRecord<K, byte[]> withoutToken(byte[] body, Delivery delivery, String reason) {
        ProducerRecord<K, byte[]> record = new ProducerRecord<>(Topics.REJECTED, null, body);
        put(record, Headers.REJECTED_REASON, reason);
        put(record, Headers.REJECTED_BY, INGRESS);
        put(record, Headers.REJECTED_SOURCE, delivery.sender().source().wireName());
        put(record, Headers.REJECTED_CHANNEL, delivery.sender().channelId());
        put(record, Headers.REJECTED_EVENT_ID, delivery.eventId());
        put(record, Headers.CONTENT_TYPE, delivery.contentType());
        delivery.target().ifPresent(target -> {
            put(record, Headers.REJECTED_MODULE, target.module());
            put(record, Headers.REJECTED_OPERATION, target.operation());
        });
        return record;
    }

    private static void put(ProducerRecord<?, ?> record, String name, String value) {
        if (value != null) {
            Headers.put(record.headers(), name, value);
        }
    }

    /**
     * The delivery of a rejected webhook. Its time of receipt is the record's timestamp. Empty if the record is not one of
     * {@link #of}, or if an earlier version wrote it without the sender.
     */
    public static Optional<Delivery> delivery(ConsumerRecord<?, byte[]> record) {
        if (!Headers.get(record.headers(), Headers.REJECTED_BY).equals(Optional.of(INGRESS))) {
            return Optional.empty();
        }
        return Headers.get(record.headers(), Headers.REJECTED_SOURCE)
                .flatMap(RejectedWebhook::source)
                .map(source -> new Delivery(
                        Headers.get(record.headers(), Headers.CONTENT_TYPE).orElse(null),
                        Headers.get(record.headers(), Headers.REJECTED_EVENT_ID).orElse(null),
                        new Sender(
                                source,
                                Headers.get(record.headers(), Headers.REJECTED_CHANNEL)
                                        .orElse(null)),
                        Instant.ofEpochMilli(record.timestamp()),
                        target(record)));
    }

    private static Optional<PathTarget> target(ConsumerRecord<?, byte[]> record) {
        return Headers.get(record.headers(), Headers.REJECTED_MODULE)
                .flatMap(module -> Headers.get(record.headers(), Headers.REJECTED_OPERATION)
                        .map(operation -> new PathTarget(module, operation)));
    }

    private static Optional<EventSource> source(String name) {
        try {
            return Optional.of(EventSource.of(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
