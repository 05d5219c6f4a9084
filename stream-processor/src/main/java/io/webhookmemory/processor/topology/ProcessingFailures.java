package io.webhookmemory.processor.topology;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles exceptions of a processor: the record is rejected and the stream continues, because a retry would fail again.
 * Failures of Kafka or of a store are not caused by the record: they end the thread, the transaction is aborted, and
 * the record is read again.
 */
public final class ProcessingFailures implements ProcessingExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessingFailures.class);

    private ProcessorMetrics metrics;

    @Override
    public void configure(Map<String, ?> configs) {
        metrics = ProcessorMetrics.of(configs);
    }

    @Override
    public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
        boolean punctuation = record == null || context.topic() == null;
        boolean notTheRecords = exception instanceof KafkaException && !(exception instanceof SerializationException);
        if (punctuation || notTheRecords) {
            return Response.fail();
        }
        String reason = "processing failed: " + exception.getClass().getSimpleName();
        metrics.rejected(reason);
        LOG.atError()
                .addKeyValue("topic", context.topic())
                .addKeyValue("partition", context.partition())
                .addKeyValue("offset", context.offset())
                .addKeyValue("processor", context.processorNodeId())
                .addKeyValue("exception", exception.getClass().getName())
                .log("record rejected: its processing failed");
        return Response.resume(List.of(Rejection.of(context, key(context, record), value(context, record), reason)));
    }

    private static String key(ErrorHandlerContext context, Record<?, ?> record) {
        byte[] raw = context.sourceRawKey();
        return raw == null ? (String) record.key() : new String(raw, StandardCharsets.UTF_8);
    }

    // Kafka Streams drops the raw bytes as soon as anything is written, including to a store's changelog.
    private static byte[] value(ErrorHandlerContext context, Record<?, ?> record) {
        if (context.sourceRawValue() != null) {
            return context.sourceRawValue();
        }
        return record.value() instanceof Incoming incoming ? incoming.value() : (byte[]) record.value();
    }
}
