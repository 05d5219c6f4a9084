package io.webhookmemory.processor.topology;

import io.webhookmemory.processor.ProcessorMetrics;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.InvalidEventException;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Turns bytes into events. What is none goes to the rejected topic within the same transaction, so that poison is
 * ordinary routing and never stops the stream.
 */
final class Intake implements Processor<String, byte[], String, Object> {
    private final Set<String> modules;
    private final ProcessorMetrics metrics;
    private ProcessorContext<String, Object> context;

    Intake(Set<String> modules, ProcessorMetrics metrics) {
        this.modules = modules;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, Object> context) {
        this.context = context;
    }

    @Override
    public void process(Record<String, byte[]> record) {
        try {
            WebhookEvent event = EventCodec.fromBytes(record.value());
            if (record.key() == null) {
                reject(record, "null key");
            } else if (!record.key().equals(event.recordId())) {
                reject(record, "key is not the record id");
            } else if (!modules.contains(event.module())) {
                reject(record, "module not allowed");
            } else {
                context.forward(record.withValue(event), ProcessorTopology.DEDUPLICATE);
            }
        } catch (InvalidEventException e) {
            reject(record, e.getMessage());
        }
    }

    private void reject(Record<String, byte[]> record, String reason) {
        metrics.rejected(reason);
        Record<String, byte[]> rejected =
                Rejection.of(record, context.recordMetadata().orElseThrow(), reason);
        context.forward(rejected.withValue((Object) rejected.value()), ProcessorTopology.REJECTED_SINK);
    }
}
