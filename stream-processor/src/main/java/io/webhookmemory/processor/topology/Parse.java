package io.webhookmemory.processor.topology;

import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.InvalidEventException;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Turns bytes into events. What is none goes to the rejected topic within the same transaction, so that poison is
 * ordinary routing and never stops the stream.
 */
final class Parse implements Processor<String, byte[], String, Object> {
    /** Ids are keys of a store, and its changelog has to take them. */
    private static final int MAX_ID_LENGTH = 1024;

    private final Set<String> modules;
    private final ProcessorMetrics metrics;
    private ProcessorContext<String, Object> context;

    Parse(Set<String> modules, ProcessorMetrics metrics) {
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
            String fault = fault(record, event);
            if (fault == null) {
                context.forward(
                        record.withValue(new Incoming(event, Bytes.wrap(record.value()))),
                        ProcessorTopology.DEDUPLICATE);
            } else {
                reject(record, fault);
            }
        } catch (InvalidEventException e) {
            reject(record, e.getMessage());
        }
    }

    /** @return null where there is none */
    private String fault(Record<String, byte[]> record, WebhookEvent event) {
        if (record.key() == null) {
            return "null key";
        }
        if (!record.key().equals(event.recordId())) {
            return "key is not the record id";
        }
        if (!modules.contains(event.module())) {
            return "module not allowed";
        }
        if (event.eventId().length() > MAX_ID_LENGTH) {
            return "event_id too long";
        }
        // A line break separates the parts of a deduplication key.
        if (event.eventId().indexOf('\n') >= 0) {
            return "event_id with a line break";
        }
        boolean longReplayId = Headers.get(record.headers(), Headers.REPLAY_ID)
                .filter(id -> id.length() > MAX_ID_LENGTH)
                .isPresent();
        return longReplayId ? "replay-id too long" : null;
    }

    private void reject(Record<String, byte[]> record, String reason) {
        metrics.rejected(reason);
        Record<String, byte[]> rejected =
                Rejection.of(record, record.value(), context.recordMetadata().orElseThrow(), reason);
        context.forward(rejected.withValue((Object) rejected.value()), ProcessorTopology.REJECTED_SINK);
    }
}
