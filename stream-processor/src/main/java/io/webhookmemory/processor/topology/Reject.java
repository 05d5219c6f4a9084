package io.webhookmemory.processor.topology;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Writes records that are not events to the rejected topic, with the reason. */
final class Reject implements Processor<String, Incoming.Unreadable, String, byte[]> {
    private final ProcessorMetrics metrics;
    private ProcessorContext<String, byte[]> context;

    Reject(ProcessorMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        this.context = context;
    }

    @Override
    public void process(Record<String, Incoming.Unreadable> record) {
        String reason = record.value().reason();
        metrics.rejected(reason);
        context.forward(Rejection.of(
                record, record.value().value(), context.recordMetadata().orElseThrow(), reason));
    }
}
