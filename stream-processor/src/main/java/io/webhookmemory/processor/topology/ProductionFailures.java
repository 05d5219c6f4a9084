package io.webhookmemory.processor.topology;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when Kafka does not take a record. There is no going on without it: a transaction that a record failed in
 * can only be undone. Where another try may help, the task begins again at its last commit; otherwise the thread fails, is
 * replaced, and the process ends when that keeps happening. Records that are too large are put aside before they are sent
 * ({@link MessageSize}), so one that fails for its size shows a topic whose limit was lowered.
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
                .log("Kafka did not take a record");
        return exception instanceof RetriableException ? Response.retry() : Response.fail();
    }

    @Override
    @SuppressWarnings("rawtypes") // as the interface has it
    public Response handleSerializationError(
            ErrorHandlerContext context,
            ProducerRecord record,
            Exception exception,
            SerializationExceptionOrigin origin) {
        // Values leave the topology as bytes: this is a fault of the program.
        return Response.fail();
    }
}
