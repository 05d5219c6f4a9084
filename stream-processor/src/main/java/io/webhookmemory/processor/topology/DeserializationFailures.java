package io.webhookmemory.processor.topology;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles bytes that cannot be deserialized. Webhooks are read as bytes and parsed by the topology, so only entries of
 * the directory get here. They are skipped and counted, because the directory is a hint and the global table's thread
 * cannot write.
 */
public final class DeserializationFailures implements DeserializationExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(DeserializationFailures.class);

    private ProcessorMetrics metrics;

    @Override
    public void configure(Map<String, ?> configs) {
        metrics = ProcessorMetrics.of(configs);
    }

    @Override
    public Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
        metrics.unreadableDirectoryEntry();
        LOG.atWarn()
                .addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .log("unreadable directory entry skipped");
        return Response.resume(List.of());
    }
}
