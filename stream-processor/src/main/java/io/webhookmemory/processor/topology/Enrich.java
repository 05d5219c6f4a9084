package io.webhookmemory.processor.topology;

import io.webhookmemory.processor.record.AccountFinder;
import io.webhookmemory.processor.record.RecordState;
import io.webhookmemory.processor.record.RecordStateCodec;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.zoho.crm.AccountLinks;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Makes a partial update a whole record, adds what the event does not say (account, urgency, what memory holds), and sends
 * it to its module's topic. A change that makes a record too large to be written is put aside, and the record stays as it
 * was.
 */
final class Enrich implements Processor<String, Incoming, String, byte[]> {
    static final String RECORDS_STORE = "records";

    private static final String TOO_LARGE = "record too large once completed";

    private final Set<String> criticalFields;
    private final ProcessorMetrics metrics;
    private ProcessorContext<String, byte[]> context;
    private KeyValueStore<String, byte[]> records;
    private Directory directory;
    private Links links;

    Enrich(Set<String> criticalFields, ProcessorMetrics metrics) {
        this.criticalFields = criticalFields;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        this.context = context;
        this.records = context.getStateStore(RECORDS_STORE);
        this.directory = new Directory(context, metrics);
        this.links = new Links(context);
    }

    @Override
    public void process(Record<String, Incoming> record) {
        WebhookEvent event = record.value().event();
        if (event.eventType() == EventType.VERIFY) {
            // Redriven: it says nothing of the record, and what it knows of memory must reach the memory-sink as it is.
            context.forward(record.withValue(EventCodec.toBytes(event)), Topics.ofModule(event.module()));
            return;
        }
        RecordState before = RecordStateCodec.fromBytes(records.get(record.key()));
        RecordState.Change change = RecordState.apply(before, event);
        AccountFinder.Found found = AccountFinder.find(event.module(), record.key(), change.state(), directory);
        RecordState state = change.state().filed(found.filing(), before);
        byte[] stored = RecordStateCodec.toBytes(state);
        if (!MessageSize.fits(record.key(), stored, List.of())) {
            reject(record);
            return;
        }
        if (AccountLinks.hasBadLink(event.module(), event.recordData())) {
            metrics.badLink(event);
        }
        if (!change.current()) {
            put(record, before, state, stored);
            metrics.stale(event);
            return;
        }
        WebhookEvent routed = routed(event, state);
        byte[] value = EventCodec.toBytes(routed);
        if (!MessageSize.fits(record.key(), value, record.headers())) {
            reject(record);
            return;
        }
        put(record, before, state, stored);
        metrics.resolved(found.source());
        metrics.routed(routed);
        context.forward(record.withValue(value), Topics.ofModule(event.module()));
    }

    private void put(Record<String, Incoming> record, RecordState before, RecordState state, byte[] stored) {
        records.put(record.key(), stored);
        links.changed(record, before, state, LinkMessage.Cause.of(record.value().event()), 0);
    }

    private WebhookEvent routed(WebhookEvent event, RecordState state) {
        boolean critical = event.eventType() != EventType.UPDATE
                || event.modifiedFields().stream().anyMatch(criticalFields::contains);
        return event.routed(
                state.data(), state.version(), state.filing().account(), critical, directory.apply(event.recordId()));
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
}
