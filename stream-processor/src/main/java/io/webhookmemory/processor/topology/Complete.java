package io.webhookmemory.processor.topology;

import io.webhookmemory.processor.ProcessorMetrics;
import io.webhookmemory.processor.record.RecordState;
import io.webhookmemory.processor.record.RecordStateCodec;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.record.AccountResolver;
import io.webhookmemory.topics.wire.EventCodec;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * Makes a partial update a whole record, adds what the event does not say (account, urgency, what memory holds), and sends
 * it to its module's topic. A change that makes a record too large to be written is put aside, and the record stays as it
 * was.
 */
final class Complete implements Processor<String, Incoming, String, byte[]> {
    static final String RECORDS_STORE = "records";

    private static final String TOO_LARGE = "record too large once completed";

    private final Set<String> criticalFields;
    private final ProcessorMetrics metrics;
    private ProcessorContext<String, byte[]> context;
    private KeyValueStore<String, byte[]> records;
    private KeyValueStore<String, ValueAndTimestamp<DirectoryEntry>> directory;

    Complete(Set<String> criticalFields, ProcessorMetrics metrics) {
        this.criticalFields = criticalFields;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        this.context = context;
        this.records = context.getStateStore(RECORDS_STORE);
        this.directory = context.getStateStore(ProcessorTopology.DIRECTORY_STORE);
    }

    @Override
    public void process(Record<String, Incoming> record) {
        WebhookEvent event = record.value().event();
        if (event.eventType() == EventType.VERIFY) {
            // Redriven: it says nothing of the record, and what it knows of memory must reach the memory-sink as it is.
            context.forward(record.withValue(EventCodec.toBytes(event)), Topics.ofModule(event.module()));
            return;
        }
        RecordState.Change change = RecordState.apply(RecordStateCodec.fromBytes(records.get(record.key())), event);
        byte[] state = RecordStateCodec.toBytes(change.state());
        if (!MessageSize.fits(record.key(), state, List.of())) {
            reject(record);
            return;
        }
        if (!change.current()) {
            records.put(record.key(), state);
            metrics.stale(event);
            return;
        }
        AccountResolver.Resolution account = account(event, change.state());
        WebhookEvent routed = routed(event, change.state(), account.accountId());
        byte[] value = EventCodec.toBytes(routed);
        if (!MessageSize.fits(record.key(), value, record.headers())) {
            reject(record);
            return;
        }
        records.put(record.key(), state);
        metrics.resolved(account.source());
        metrics.routed(routed);
        context.forward(record.withValue(value), Topics.ofModule(event.module()));
    }

    /** What was known of the record itself counts no more once its link has been cleared. */
    private AccountResolver.Resolution account(WebhookEvent event, RecordState state) {
        boolean unlinked = state.isCleared(AccountResolver.link(event.module()));
        return AccountResolver.resolve(
                event.module(),
                event.recordId(),
                state.data(),
                id -> unlinked && id.equals(event.recordId()) ? null : directoryEntry(id));
    }

    private WebhookEvent routed(WebhookEvent event, RecordState state, String account) {
        boolean critical = event.eventType() != EventType.UPDATE
                || event.modifiedFields().stream().anyMatch(criticalFields::contains);
        return event.routed(state.data(), state.version(), account, critical, directoryEntry(event.recordId()));
    }

    private void reject(Record<String, Incoming> record) {
        metrics.rejected(TOO_LARGE);
        context.forward(
                Rejection.of(
                        record,
                        record.value().bytes().get(),
                        context.recordMetadata().orElseThrow(),
                        TOO_LARGE),
                ProcessorTopology.REJECTED_SINK);
    }

    /**
     * What is known of a record, or null. Restoring copies the directory's bytes as they are; an entry that cannot be read
     * is no reason to stop its record's events, as the directory is a hint.
     */
    private DirectoryEntry directoryEntry(String recordId) {
        try {
            return ValueAndTimestamp.getValueOrNull(directory.get(recordId));
        } catch (SerializationException e) {
            metrics.unreadableDirectoryEntry();
            return null;
        }
    }
}
