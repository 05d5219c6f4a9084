package io.webhookmemory.processor.topology;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Creates records for the rejected topic: bytes unchanged, headers kept, reason and origin added.
 *
 * <p>The reason makes the record larger, and one that is too large would stop the stream for good, because a record
 * that the broker refused cannot be removed from a transaction. Therefore what does not fit is left out, the value
 * first, and a header tells its size; the original record is still at its origin.
 */
final class Rejection {
    private static final String SERVICE = "stream-processor";

    private Rejection() {}

    static Record<String, byte[]> of(Record<String, ?> record, byte[] value, RecordMetadata origin, String reason) {
        RecordHeaders headers = new RecordHeaders(record.headers());
        describe(headers, origin(origin.topic(), origin.partition(), origin.offset()), reason);
        return fitting(record.withValue(value).withHeaders(headers));
    }

    /** For the failure handlers of Kafka Streams, which send it in the same transaction. */
    static ProducerRecord<byte[], byte[]> of(ErrorHandlerContext context, String key, byte[] value, String reason) {
        RecordHeaders headers = new RecordHeaders(context.headers());
        describe(headers, origin(context.topic(), context.partition(), context.offset()), reason);
        Record<String, byte[]> record = fitting(new Record<>(key, value, Math.max(0, context.timestamp()), headers));
        return new ProducerRecord<>(
                Topics.REJECTED,
                null,
                record.timestamp(),
                record.key() == null ? null : record.key().getBytes(java.nio.charset.StandardCharsets.UTF_8),
                record.value(),
                record.headers());
    }

    private static void describe(RecordHeaders headers, String origin, String reason) {
        Headers.put(headers, Headers.REJECTED_REASON, reason);
        Headers.put(headers, Headers.REJECTED_BY, SERVICE);
        Headers.put(headers, Headers.REJECTED_ORIGIN, origin);
    }

    private static Record<String, byte[]> fitting(Record<String, byte[]> record) {
        if (MessageSize.fits(record.key(), record.value(), record.headers())) {
            return record;
        }
        RecordHeaders headers = new RecordHeaders(record.headers());
        Headers.put(
                headers,
                Headers.REJECTED_LEFT_OUT_BYTES,
                String.valueOf(record.value() == null ? 0 : record.value().length));
        if (MessageSize.fits(record.key(), null, headers)) {
            return record.withValue((byte[]) null).withHeaders(headers);
        }
        RecordHeaders ours = new RecordHeaders();
        headers.forEach(header -> {
            if (header.key().startsWith("rejected-")) {
                ours.add(header);
            }
        });
        String key = MessageSize.fits(record.key(), null, ours) ? record.key() : null;
        return new Record<>(key, null, record.timestamp(), ours);
    }

    private static String origin(String topic, int partition, long offset) {
        return topic + "-" + partition + "@" + offset;
    }
}
