package io.webhookmemory.processor.topology;

import io.webhookmemory.processor.ProcessorMetrics;
import io.webhookmemory.processor.record.RecordState;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.record.AccountResolver;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/** Makes a partial update a whole record, and adds what the event does not say: account, urgency, what memory holds. */
final class Complete implements Processor<String, WebhookEvent, String, WebhookEvent> {
    static final String RECORDS_STORE = "records";

    private final Set<String> criticalFields;
    private final ProcessorMetrics metrics;
    private ProcessorContext<String, WebhookEvent> context;
    private KeyValueStore<String, RecordState> records;
    private KeyValueStore<String, ValueAndTimestamp<DirectoryEntry>> directory;

    Complete(Set<String> criticalFields, ProcessorMetrics metrics) {
        this.criticalFields = criticalFields;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, WebhookEvent> context) {
        this.context = context;
        this.records = context.getStateStore(RECORDS_STORE);
        this.directory = context.getStateStore(ProcessorTopology.DIRECTORY_STORE);
    }

    @Override
    public void process(Record<String, WebhookEvent> record) {
        WebhookEvent event = record.value();
        RecordState.Change change = RecordState.apply(records.get(record.key()), event);
        records.put(record.key(), change.state());
        if (!change.current()) {
            metrics.stale(event);
            return;
        }
        AccountResolver.Resolution account = AccountResolver.resolve(
                event.module(), event.recordId(), change.state().data(), this::directoryEntry);
        metrics.resolved(account.source());
        WebhookEvent routed = event.routed(
                change.state().data(),
                change.state().asOf(),
                account.accountId(),
                isCritical(event),
                directoryEntry(event.recordId()));
        metrics.routed(routed);
        context.forward(record.withValue(routed));
    }

    private boolean isCritical(WebhookEvent event) {
        return event.eventType() != EventType.UPDATE
                || event.modifiedFields().stream().anyMatch(criticalFields::contains);
    }

    private DirectoryEntry directoryEntry(String recordId) {
        return ValueAndTimestamp.getValueOrNull(directory.get(recordId));
    }
}
