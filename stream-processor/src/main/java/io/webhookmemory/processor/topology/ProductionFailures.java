package io.webhookmemory.processor.topology;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles records that Kafka did not accept. The transaction of such a record can only be aborted. If a retry may help,
 * the task continues at its last commit. Otherwise the thread fails and is replaced, and the process ends if that keeps
 * happening. Records that are too large are rejected before they are sent ({@link MessageSize}); one that fails for its
 * size indicates a topic whose limit was lowered.
 */
public final class ProductionFailures implements ProductionExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProductionFailures.class);

    private ProcessorMetrics metrics;

    @Override
    public void configure(Map<String, ?> configs) {
        metrics = ProcessorMetrics.of(configs);
    }

    @Override
    public Response handleError(
            ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
        metrics.notProduced(record.topic(), exception);
        LOG.atError()
                .addKeyValue("topic", record.topic())
                .addKeyValue("exception", exception.getClass().getName())
                .log("Kafka did not accept a record");
        return exception instanceof RetriableException ? Response.retry() : Response.fail();
    }

    @Override
    @SuppressWarnings("rawtypes") // raw types are part of the interface
    public Response handleSerializationError(
            ErrorHandlerContext context,
            ProducerRecord record,
            Exception exception,
            SerializationExceptionOrigin origin) {
        // Values leave the topology as bytes, so this is a programming error.
        return Response.fail();
    }
}
