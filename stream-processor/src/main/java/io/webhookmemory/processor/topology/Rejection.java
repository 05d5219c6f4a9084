package io.webhookmemory.processor.topology;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * How a record is put aside: its bytes unchanged, its headers kept, with the reason and where it came from.
 *
 * <p>The reason makes a record larger, and one that is too large again would stop the stream for good: nothing that was
 * refused by the broker can be left out of a transaction. So what does not fit is left out here, the value first, and a
 * header says how large it was; the record itself is still where its origin says.
 */
final class Rejection {
    private static final String SERVICE = "stream-processor";

    private Rejection() {}

    static Record<String, byte[]> of(Record<String, ?> record, byte[] value, RecordMetadata origin, String reason) {
        RecordHeaders headers = new RecordHeaders(record.headers());
        describe(headers, origin(origin.topic(), origin.partition(), origin.offset()), reason);
        return fitting(record.withValue(value).withHeaders(headers));
    }

    /** For the failure handlers of Kafka Streams, which send it within the same transaction. */
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
