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
 * Parses and validates records. What is not an event is rejected within the same transaction, as ordinary output, so that a
 * poison record never stops the stream.
 */
final class Parse implements Processor<String, byte[], String, Incoming> {
    /** Event ids are keys of a store; its changelog must be able to hold them. */
    private static final int MAX_ID_LENGTH = 1024;

    private final Set<String> modules;
    private final CommitPace pace;
    private ProcessorContext<String, Incoming> context;

    Parse(Set<String> modules, CommitPace pace) {
        this.modules = modules;
        this.pace = pace;
    }

    @Override
    public void init(ProcessorContext<String, Incoming> context) {
        this.context = context;
    }

    @Override
    public void process(Record<String, byte[]> record) {
        Incoming incoming = parse(record);
        String next = incoming.fold(event -> ProcessorTopology.DEDUPLICATE, unreadable -> ProcessorTopology.REJECT);
        context.forward(record.withValue(incoming), next);
        pace.onEvent(context, record.timestamp());
    }

    private Incoming parse(Record<String, byte[]> record) {
        Bytes bytes = Bytes.wrap(record.value());
        try {
            WebhookEvent event = EventCodec.fromBytes(record.value());
            String fault = fault(record, event);
            return fault == null ? new Incoming.Event(event, bytes) : new Incoming.Unreadable(fault, bytes);
        } catch (InvalidEventException e) {
            return new Incoming.Unreadable(e.getMessage(), bytes);
        }
    }

    /** @return null if the event is valid */
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
}
