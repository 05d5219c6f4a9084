package io.webhookmemory.processor.topology;

import io.webhookmemory.processor.record.AccountFinder;
import io.webhookmemory.processor.record.ChangeTime;
import io.webhookmemory.processor.record.RecordState;
import io.webhookmemory.processor.record.RecordStateCodec;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Merges a partial update into the whole record, adds what the event does not contain (account, urgency, what memory
 * holds), and routes it to its module's topic. An event that would make the record too large to be written is rejected,
 * and the record stays unchanged.
 */
final class Enrich implements Processor<String, Incoming.Event, String, byte[]> {
    static final String RECORDS_STORE = "records";

    private static final String TOO_LARGE = "record too large once completed";
    private static final Set<EventSource> NEVER_CRITICAL = Set.of(EventSource.IMPORT, EventSource.AUDIT);

    private final TopologySettings settings;
    private final AccountFinder accounts;
    private final ProcessorMetrics metrics;
    private ProcessorContext<String, byte[]> context;
    private KeyValueStore<String, byte[]> records;
    private Directory directory;
    private Links links;

    Enrich(TopologySettings settings, AccountFinder accounts, ProcessorMetrics metrics) {
        this.settings = settings;
        this.accounts = accounts;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        this.context = context;
        this.records = context.getStateStore(RECORDS_STORE);
        this.directory = new Directory(context, metrics);
        this.links = new Links(context, accounts);
        RecordExpiry expiry = new RecordExpiry(records, settings.deletedStateTtl(), this::expired);
        PacedSteps.schedule(context, RecordExpiry.INTERVAL, expiry::step);
    }

    @Override
    public void process(Record<String, Incoming.Event> record) {
        WebhookEvent event = record.value().event();
        if (event.eventType() == EventType.VERIFY) {
            // A verify event that was redriven or that an audit wrote: it contains nothing of the record, and its
            // knowledge of memory must reach the
            // sink unchanged.
            route(record, event, EventCodec.toBytes(event), headers(record, event));
            return;
        }
        if (ChangeTime.isUnreadable(event)) {
            metrics.unreadableTime();
        }
        RecordState before = RecordStateCodec.fromBytes(records.get(record.key()));
        if (isErasure(record)) {
            erase(record, before);
            return;
        }
        RecordState.Change change = RecordState.apply(before, event);
        if (change.state().erased()) {
            if (change.current()) {
                stayErased(record, before, change.state());
            } else {
                metrics.stale(event);
            }
            return;
        }
        Function<String, DirectoryEntry> entries = directory.now();
        AccountFinder.Found found = accounts.find(event.module(), record.key(), change.state(), entries);
        RecordState state = change.state().filed(found.filing(), before);
        byte[] data = RecordStateCodec.dataBytes(state);
        byte[] stored = RecordStateCodec.toBytes(state, data);
        if (!MessageSize.fits(record.key(), stored, List.of())) {
            reject(record);
            return;
        }
        if (accounts.hasBadLink(event)) {
            metrics.badLink(event);
        }
        if (!change.current()) {
            put(record, before, state, stored);
            metrics.stale(event);
            return;
        }
        WebhookEvent routed = routed(event, state, entries.apply(record.key()));
        byte[] value = EventCodec.toBytes(routed, data);
        RecordHeaders headers = headers(record, routed);
        if (!MessageSize.fits(record.key(), value, headers)) {
            reject(record);
            return;
        }
        put(record, before, state, stored);
        metrics.resolved(found.source());
        metrics.routed(routed);
        route(record, routed, value, headers);
    }

    private static boolean isErasure(Record<String, Incoming.Event> record) {
        return record.value().event().eventType() == EventType.DELETE
                && record.headers().lastHeader(Headers.ERASE) != null;
    }

    /**
     * Replaces the record's content by a marker, so that its earlier events, which topics still hold, do not bring it
     * back. The operator's order comes after everything before it on the topic, whatever the times. One that is replayed
     * or redriven must not erase a record that came again since.
     */
    private void erase(Record<String, Incoming.Event> record, RecordState before) {
        Instant at = record.value().event().timestamp();
        boolean isRepeated = record.headers().lastHeader(Headers.REPLAY_ID) != null;
        if (isRepeated && before != null && at.isBefore(before.asOf())) {
            metrics.stale(record.value().event());
            return;
        }
        stayErased(record, before, RecordState.erase(before, at));
    }

    /** Routes a deletion without content. */
    private void stayErased(Record<String, Incoming.Event> record, RecordState before, RecordState marker) {
        WebhookEvent event = record.value().event();
        records.put(record.key(), RecordStateCodec.toBytes(marker));
        links.forgotten(record, before, LinkMessage.Cause.of(event));
        DirectoryEntry known = directory.apply(record.key());
        String account = before != null && before.filing() != null
                ? before.filing().account()
                : known == null ? null : known.accountId();
        WebhookEvent routed = event.routed(marker.data(), marker.version(), account, true, known);
        metrics.routed(routed);
        route(record, routed, EventCodec.toBytes(routed), headers(record, routed));
    }

    private void expired(String recordId, RecordState state) {
        Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
        // No event is the cause; its receiver does not use it.
        LinkMessage.Cause cause = new LinkMessage.Cause("expired:" + recordId, now, null, EventSource.SWEEP);
        links.forgotten(new Record<>(recordId, null, now.toEpochMilli()), state, cause);
        metrics.recordExpired();
    }

    /** The headers as read, with the CloudEvents attributes of the event that is written: its timestamp may be newer. */
    private static RecordHeaders headers(Record<String, ?> record, WebhookEvent written) {
        RecordHeaders headers = new RecordHeaders(record.headers());
        Headers.putCloudEvent(headers, written);
        return headers;
    }

    private void route(Record<String, ?> record, WebhookEvent event, byte[] value, RecordHeaders headers) {
        context.forward(
                new Record<>(record.key(), value, record.timestamp(), headers), Topics.ofModule(event.module()));
    }

    private void put(Record<String, Incoming.Event> record, RecordState before, RecordState state, byte[] stored) {
        records.put(record.key(), stored);
        links.changed(record, before, state, LinkMessage.Cause.of(record.value().event()), 0);
    }

    private WebhookEvent routed(WebhookEvent event, RecordState state, DirectoryEntry known) {
        // What is imported or repaired has been true for long: it does not start a run of the LLM per record.
        boolean critical = !NEVER_CRITICAL.contains(event.source())
                && (event.eventType() != EventType.UPDATE
                        || event.modifiedFields().stream().anyMatch(settings.criticalFields()::contains));
        return event.routed(state.data(), state.version(), state.filing().account(), critical, known);
    }

    private void reject(Record<String, Incoming.Event> record) {
        metrics.rejected(TOO_LARGE);
        context.forward(
                Rejection.of(
                        record, record.value().value(), context.recordMetadata().orElseThrow(), TOO_LARGE),
                ProcessorTopology.REJECTED_SINK);
    }
}
