package io.webhookmemory.processor.topology;

import io.webhookmemory.processor.record.AccountFinder;
import io.webhookmemory.processor.record.RecordState;
import io.webhookmemory.processor.record.RecordStateCodec;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Handles messages between linked records. If a parent's message changes the record's account, the record is routed
 * again, as an update with the same content under the new account.
 */
final class Refile implements Processor<String, byte[], String, byte[]> {
    private static final String TOO_LARGE = "record too large once completed";
    private static final String NOT_A_LINK = "not a link message";

    private final Set<String> modules;
    private final AccountFinder accounts;
    private final ProcessorMetrics metrics;
    private final CommitPace pace;
    private ProcessorContext<String, byte[]> context;
    private KeyValueStore<String, byte[]> records;
    private Directory directory;
    private Links links;

    /** @param modules those that have topics */
    Refile(Set<String> modules, AccountFinder accounts, ProcessorMetrics metrics, CommitPace pace) {
        this.modules = modules;
        this.accounts = accounts;
        this.metrics = metrics;
        this.pace = pace;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        this.context = context;
        this.records = context.getStateStore(Enrich.RECORDS_STORE);
        this.directory = new Directory(context, metrics);
        this.links = new Links(context, accounts);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        refile(record);
        pace.onEvent(context, record.timestamp());
    }

    private void refile(Record<String, byte[]> record) {
        LinkMessage message = message(record);
        if (message == null) {
            reject(record, NOT_A_LINK);
            return;
        }
        switch (message.type()) {
            case LINKED -> links.linked(record, message.from(), state(record.key()), message.cause());
            case UNLINKED -> links.unlinked(record.key(), message.from());
            case ACCOUNT -> told(record, message);
        }
    }

    /** @return null if the record is no message */
    private static LinkMessage message(Record<String, byte[]> record) {
        if (record.key() == null) {
            return null;
        }
        try {
            LinkMessage message = LinkMessage.SERDE.fromBytes(record.value());
            return message == null || !message.isWhole() ? null : message;
        } catch (SerializationException e) {
            return null;
        }
    }

    private void told(Record<String, byte[]> record, LinkMessage message) {
        RecordState before = state(record.key());
        boolean isParent = before != null
                && before.filing() != null
                && before.filing().parents().containsKey(message.from());
        // The record may be linked to another parent by now, or the message may repeat what it knows.
        if (!isParent || before.filing().parents().get(message.from()).equals(message.told())) {
            return;
        }
        RecordState now = before.told(message.from(), message.told());
        AccountFinder.Found found = accounts.find(now.filing().module(), record.key(), now, directory);
        RecordState after = now.filed(found.filing(), before);
        boolean moved =
                !Objects.equals(after.filing().account(), before.filing().account());
        if (moved && after.deletedAt() == null && !passOn(record, message, after)) {
            return;
        }
        records.put(record.key(), RecordStateCodec.toBytes(after));
        links.changed(record, before, after, message.cause(), message.hops());
    }

    /** @return false if the record is too large to be written, and stays unchanged */
    private boolean passOn(Record<String, byte[]> record, LinkMessage message, RecordState state) {
        String module = state.filing().module();
        if (!modules.contains(module)) {
            return true;
        }
        WebhookEvent event = event(record.key(), message, state);
        byte[] value = EventCodec.toBytes(event);
        RecordHeaders headers = Links.headers(record);
        Headers.putCloudEvent(headers, event);
        if (!MessageSize.fits(record.key(), value, headers)) {
            reject(record, TOO_LARGE);
            return false;
        }
        metrics.refiled(module);
        context.forward(new Record<>(record.key(), value, record.timestamp(), headers), Topics.ofModule(module));
        return true;
    }

    private WebhookEvent event(String recordId, LinkMessage message, RecordState state) {
        LinkMessage.Cause cause = message.cause();
        return WebhookEvent.received(
                        "link:" + cause.eventId() + ":" + message.from() + ":" + recordId,
                        EventType.UPDATE,
                        state.filing().module(),
                        recordId,
                        state.data(),
                        List.of(),
                        state.version(),
                        cause.userId(),
                        cause.receivedAt(),
                        cause.source())
                .routed(state.data(), state.version(), state.filing().account(), false, directory.apply(recordId));
    }

    private RecordState state(String recordId) {
        return RecordStateCodec.fromBytes(records.get(recordId));
    }

    private void reject(Record<String, byte[]> record, String reason) {
        metrics.rejected(reason);
        context.forward(
                Rejection.of(record, record.value(), context.recordMetadata().orElseThrow(), reason),
                ProcessorTopology.REJECTED_SINK);
    }
}
