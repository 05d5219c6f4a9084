package io.webhookmemory.processor.topology;

import io.webhookmemory.topics.catalogue.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;

/**
 * Whether a record can be written at all. Asked before it is sent: producer and broker refuse a record that is too large
 * after the transaction has taken it in, and the only way on from there is to undo the transaction and meet the same
 * record again.
 */
final class MessageSize {
    /** More than a batch and a record add to their content, and than compression adds to what cannot be compressed. */
    private static final int MARGIN = 4096;

    private static final int HEADER_OVERHEAD = 12;

    private MessageSize() {}

    static boolean fits(String key, byte[] value, Iterable<Header> headers) {
        long size = MARGIN;
        size += key == null ? 0 : key.getBytes(StandardCharsets.UTF_8).length;
        size += value == null ? 0 : value.length;
        for (Header header : headers) {
            size += HEADER_OVERHEAD + header.key().getBytes(StandardCharsets.UTF_8).length;
            size += header.value() == null ? 0 : header.value().length;
        }
        return size <= TopicCatalogue.MAX_MESSAGE_BYTES;
    }
}
