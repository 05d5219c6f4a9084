package io.webhookmemory.processor.topology;

import io.webhookmemory.topics.catalogue.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;

/**
 * Checks the size of a record before it is sent. Producer and broker refuse a record that is too large after it is part
 * of the transaction; then the transaction can only be aborted, and the same record is read again.
 */
final class MessageSize {
    /** More than the overhead of a batch and a record, and than compression adds to incompressible content. */
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
