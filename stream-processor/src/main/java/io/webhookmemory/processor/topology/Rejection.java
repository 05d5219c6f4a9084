package io.webhookmemory.processor.topology;

import io.webhookmemory.topics.wire.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** How a record is put aside: its bytes unchanged, its headers kept, with the reason and where it came from. */
final class Rejection {
    private Rejection() {}

    static Record<String, byte[]> of(Record<String, byte[]> record, RecordMetadata origin, String reason) {
        RecordHeaders headers = new RecordHeaders(record.headers());
        Headers.put(headers, Headers.REJECTED_REASON, reason);
        Headers.put(headers, Headers.REJECTED_BY, "stream-processor");
        Headers.put(
                headers, Headers.REJECTED_ORIGIN, origin.topic() + "-" + origin.partition() + "@" + origin.offset());
        return record.withHeaders(headers);
    }
}
