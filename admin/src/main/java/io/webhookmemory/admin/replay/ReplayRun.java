package io.webhookmemory.admin.replay;

import io.webhookmemory.admin.transfer.TransactionalWriter;
import io.webhookmemory.admin.transfer.Transfer;
import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.kafka.OffsetRange;
import io.webhookmemory.service.kafka.OffsetRanges;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.JsonSerde;
import io.webhookmemory.zoho.webhook.WebhookRules;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Sends events through the pipeline again. The copies carry the run id as {@code replay-id}, under which each event
 * passes deduplication once. The run's position is committed in the transactions that contain the copies, as the
 * position of a consumer group of its own. So a run with the same id continues, whatever stopped it.
 */
public final class ReplayRun {
    private static final String GROUP_PREFIX = "admin-replay-";
    private static final JsonSerde<DirectoryEntry> ENTRIES = JsonSerde.directoryEntry();

    private final KafkaSettings kafka;
    private final Order order;
    private final RejectedRecords rejected;
    private final Map<String, Long> matchedByModule = new TreeMap<>();
    private long stillRejected;

    /**
     * What to replay.
     *
     * @param id run id; letters, digits, dots, hyphens and underscores
     * @param selection empty to continue with the selection that the run began with
     * @param dryRun count only: neither write nor begin the run
     */
    public record Order(String id, Optional<Selection> selection, boolean dryRun) {}

    /**
     * What was done.
     *
     * @param resumed whether the run existed before
     * @param sent events written by this process; in a dry run, those that would have been written. For the rejected
     *     topic, records: one may hold several events
     * @param sentBefore events that the run wrote before
     * @param byModule events written by this process, by module
     * @param stillRejected records of the rejected topic that this process read and that still cannot be processed
     * @param complete false if the run was stopped, or reached its maximum, with more to read
     */
    public record Summary(
            String run,
            boolean dryRun,
            boolean resumed,
            long sent,
            long sentBefore,
            Map<String, Long> byModule,
            long stillRejected,
            boolean complete) {}

    private ReplayRun(KafkaSettings kafka, WebhookRules rules, Order order) {
        this.kafka = kafka;
        this.order = order;
        this.rejected = new RejectedRecords(rules);
    }

    /**
     * Begins or continues a run, and returns at its end.
     *
     * @param rules for parsing rejected webhooks again
     * @param options the maximum includes what the run wrote before
     * @throws ReplayRefused if the run began with another selection, or there is no run to continue
     */
    public static Summary run(KafkaSettings kafka, WebhookRules rules, Order order, Transfer.Options options) {
        // Open the writer first: it aborts the open transaction of a killed run, and fences one that still runs.
        try (TransactionalWriter writer = order.dryRun() ? null : new TransactionalWriter(kafka, group(order));
                KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(kafka, group(order))) {
            return new ReplayRun(kafka, rules, order).run(Optional.ofNullable(writer), consumer, options);
        }
    }

    private static String group(Order order) {
        return GROUP_PREFIX + order.id();
    }

    private Summary run(
            Optional<TransactionalWriter> writer, KafkaConsumer<byte[], byte[]> consumer, Transfer.Options options) {
        Map<TopicPartition, OffsetAndMetadata> begun = committed(consumer);
        boolean resumed = !begun.isEmpty();
        Map<TopicPartition, OffsetAndMetadata> positions = resumed ? begun : beginning(consumer);
        Map<TopicPartition, RunPosition> states = new HashMap<>();
        Map<TopicPartition, OffsetRange> ranges = new HashMap<>();
        positions.forEach((partition, position) -> {
            RunPosition state = RunPosition.of(position.metadata());
            states.put(partition, state);
            ranges.put(partition, new OffsetRange(position.offset(), state.end()));
        });
        Selection selection = selection(states);
        if (!resumed) {
            writer.ifPresent(open -> {
                open.position(positions, consumer.groupMetadata());
                open.commit();
            });
        }
        long before = states.values().stream().mapToLong(RunPosition::sent).sum();
        Transfer.Options rest = new Transfer.Options(
                Math.max(0, options.max() - before),
                options.pace(),
                options.stop(),
                options.progress(),
                options.probe());
        options.progress()
                .begin(
                        "replay",
                        ranges.values().stream().mapToLong(OffsetRange::length).sum());
        EventMatcher matcher = new EventMatcher(selection, recordsOf(selection.accounts(), options));
        Transfer.PositionKeeper keeper =
                (open, next, sent) -> open.position(positions(states, next, sent), consumer.groupMetadata());
        Transfer.Result result = new Transfer(consumer, writer, Optional.of(keeper), rest)
                .run(ranges, record -> decide(record, matcher));
        return new Summary(
                order.id(),
                order.dryRun(),
                resumed,
                result.sent(),
                before,
                matchedByModule,
                stillRejected,
                result.complete());
    }

    /** The run's committed positions; empty for a new run. */
    private Map<TopicPartition, OffsetAndMetadata> committed(KafkaConsumer<byte[], byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        List<String> topics = order.selection()
                .map(selection -> List.of(selection.from()))
                .orElseGet(() -> consumer.listTopics().keySet().stream()
                        .filter(name -> !name.startsWith("_"))
                        .toList());
        Set<TopicPartition> partitions = new HashSet<>();
        topics.forEach(topic -> partitions.addAll(Clients.partitions(consumer, topic)));
        consumer.committed(partitions).forEach((partition, position) -> {
            if (position != null) {
                committed.put(partition, position);
            }
        });
        return committed;
    }

    private Map<TopicPartition, OffsetAndMetadata> beginning(KafkaConsumer<byte[], byte[]> consumer) {
        Selection selection = order.selection()
                .orElseThrow(() -> new ReplayRefused("there is no run " + order.id() + " to continue; give --since"));
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        OffsetRanges.since(consumer, selection.from(), Optional.of(selection.since()))
                .forEach((partition, range) -> positions.put(
                        partition,
                        new OffsetAndMetadata(range.from(), new RunPosition(range.to(), 0, selection).text())));
        return positions;
    }

    private Selection selection(Map<TopicPartition, RunPosition> states) {
        Selection begun = states.values().iterator().next().selection();
        if (order.selection().isPresent() && !order.selection().get().equals(begun)) {
            throw new ReplayRefused("run " + order.id()
                    + " began with another selection; to continue it, omit --since and all filters, "
                    + "or choose another id");
        }
        return begun;
    }

    private static Map<TopicPartition, OffsetAndMetadata> positions(
            Map<TopicPartition, RunPosition> states, Map<TopicPartition, Long> next, Map<TopicPartition, Long> sent) {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        next.forEach((partition, offset) -> positions.put(
                partition,
                new OffsetAndMetadata(
                        offset,
                        states.get(partition)
                                .advanced(sent.getOrDefault(partition, 0L))
                                .text())));
        return positions;
    }

    private Set<String> recordsOf(List<String> accounts, Transfer.Options options) {
        if (accounts.isEmpty()) {
            return Set.of();
        }
        Set<String> records = new HashSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(kafka)) {
            Map<TopicPartition, OffsetRange> all = OffsetRanges.since(consumer, Topics.DIRECTORY, Optional.empty());
            options.reader(consumer).read(all, record -> {
                if (record.key() != null && isOf(accounts, record.value())) {
                    records.add(new String(record.key(), StandardCharsets.UTF_8));
                }
            });
        }
        return records;
    }

    private static boolean isOf(List<String> accounts, byte[] value) {
        try {
            DirectoryEntry entry = ENTRIES.fromBytes(value);
            return entry != null && entry.accountId() != null && accounts.contains(entry.accountId());
        } catch (SerializationException e) {
            return false;
        }
    }

    private List<ProducerRecord<byte[], byte[]>> decide(ConsumerRecord<byte[], byte[]> record, EventMatcher matcher) {
        if (record.topic().equals(Topics.REJECTED)) {
            return parsedAgain(record, matcher);
        }
        if (!matcher.matches(record)) {
            return List.of();
        }
        matchedByModule.merge(EventMatcher.module(record).orElse("unknown"), 1L, Long::sum);
        RecordHeaders headers = new RecordHeaders(record.headers());
        Headers.removeFailures(headers);
        Headers.put(headers, Headers.REPLAY_ID, order.id());
        return List.of(new ProducerRecord<>(Topics.WEBHOOKS, null, record.key(), record.value(), headers));
    }

    private List<ProducerRecord<byte[], byte[]>> parsedAgain(
            ConsumerRecord<byte[], byte[]> record, EventMatcher matcher) {
        if (!matcher.isInTime(record)) {
            return List.of();
        }
        List<WebhookEvent> events = rejected.events(record);
        stillRejected += events.isEmpty() ? 1 : 0;
        return events.stream()
                .filter(matcher::matches)
                .map(event -> {
                    matchedByModule.merge(event.module(), 1L, Long::sum);
                    return RejectedRecords.replayed(event, record, order.id());
                })
                .toList();
    }
}
