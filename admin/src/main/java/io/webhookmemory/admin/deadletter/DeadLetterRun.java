package io.webhookmemory.admin.deadletter;

import io.webhookmemory.admin.transfer.TransactionalWriter;
import io.webhookmemory.admin.transfer.Transfer;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.kafka.OffsetRange;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.JsonSerde;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Redrives or discards dead letters. The handled record of a dead letter and the event it is redriven as are written in one
 * transaction, and a dead letter that has a handled record is skipped. So a run can be stopped at any moment and started
 * again, with the same filter or another, and every dead letter is redriven once.
 *
 * <p>An event is redriven to the start of the pipeline, not to the module topic it failed on: the stream-processor merges it
 * with the present state of the record. A superseded event is routed with the newest state, and the event of a deleted
 * record is dropped. Its {@code replay-id} lets it pass deduplication. A cognify request is redriven to the topic of cognify
 * requests.
 */
public final class DeadLetterRun {
    private static final String TRANSACTIONAL_ID = "admin-dlt";
    private static final JsonSerde<Handled> HANDLED = JsonSerde.of(Handled.class);

    private final Order order;
    private final Clock clock;
    private final Map<String, Long> matchedByReason = new TreeMap<>();
    private final Set<String> namedOnly;
    private long matched;
    private long refused;
    private long unreadable;

    /**
     * What to do.
     *
     * @param action {@link Handled#REDRIVEN} or {@link Handled#DISCARDED}
     * @param maxRedrives dead letters redriven this often are left; negative for no limit
     * @param dryRun count only, write nothing
     */
    public record Order(String action, DeadLetterFilter filter, int maxRedrives, boolean dryRun) {}

    /**
     * What was done.
     *
     * @param matched dead letters read so far that match the filter and were not handled before
     * @param handled how many of these were redriven or discarded; in a dry run, would have been
     * @param refused how many of these were left because they were redriven too often
     * @param unreadable how many of these were left because no part of the pipeline can read them
     * @param notWaiting requested ids that were handled before, do not exist, or do not match the filter's other conditions;
     *     empty if the run did not read to the end
     * @param byReason the matched dead letters by reason
     * @param complete false if the run was stopped, or reached its maximum, with more to read
     */
    public record Summary(
            String action,
            boolean dryRun,
            long matched,
            long handled,
            long refused,
            long unreadable,
            Set<String> notWaiting,
            Map<String, Long> byReason,
            boolean complete) {}

    private DeadLetterRun(Order order, Clock clock) {
        this.order = order;
        this.clock = clock;
        this.namedOnly = new TreeSet<>(order.filter().ids());
    }

    public static Summary run(KafkaSettings kafka, Order order, Transfer.Options options, Clock clock) {
        // Open the writer first: it aborts the open transaction of a killed run, and fences one that still runs. Then
        // the
        // handled records are complete.
        try (TransactionalWriter writer = order.dryRun() ? null : new TransactionalWriter(kafka, TRANSACTIONAL_ID);
                DeadLetterTopic topic = new DeadLetterTopic(kafka, options.stop())) {
            return new DeadLetterRun(order, clock).run(Optional.ofNullable(writer), topic, options);
        }
    }

    private Summary run(Optional<TransactionalWriter> writer, DeadLetterTopic topic, Transfer.Options options) {
        Map<String, Handled> handled = topic.handled();
        Map<TopicPartition, OffsetRange> ranges = topic.ranges(order.filter().since());
        options.progress()
                .begin(
                        order.action(),
                        ranges.values().stream().mapToLong(OffsetRange::length).sum());
        Transfer.Result result = new Transfer(topic.consumer(), writer, Optional.empty(), options)
                .run(ranges, record -> decide(DeadLetter.of(record), handled));
        return new Summary(
                order.action(),
                order.dryRun(),
                matched,
                result.sent(),
                refused,
                unreadable,
                result.complete() ? namedOnly : Set.of(),
                matchedByReason,
                result.complete());
    }

    private List<ProducerRecord<byte[], byte[]>> decide(DeadLetter deadLetter, Map<String, Handled> handled) {
        if (handled.containsKey(deadLetter.id()) || !order.filter().matches(deadLetter)) {
            return List.of();
        }
        matched++;
        namedOnly.remove(deadLetter.id());
        matchedByReason.merge(deadLetter.reason(), 1L, Long::sum);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        if (order.action().equals(Handled.REDRIVEN)) {
            if (deadLetter.content() instanceof DeadLetter.Content.Unreadable) {
                unreadable++;
                return List.of();
            }
            if (order.maxRedrives() >= 0 && deadLetter.redrives() >= order.maxRedrives()) {
                refused++;
                return List.of();
            }
            records.add(redriven(deadLetter));
        }
        records.add(handled(deadLetter));
        return records;
    }

    private static ProducerRecord<byte[], byte[]> redriven(DeadLetter deadLetter) {
        ConsumerRecord<byte[], byte[]> source = deadLetter.source();
        RecordHeaders headers = new RecordHeaders(source.headers());
        Headers.removeFailures(headers);
        Headers.put(headers, Headers.REDRIVE_COUNT, String.valueOf(deadLetter.redrives() + 1));
        Headers.put(headers, Headers.REDRIVE_OF, source.topic() + "-" + source.partition() + "@" + source.offset());
        String topic = Topics.COGNIFY;
        if (deadLetter.content() instanceof DeadLetter.Content.Event) {
            topic = Topics.WEBHOOKS;
            Headers.put(headers, Headers.REPLAY_ID, "redrive-" + source.partition() + "-" + source.offset());
        }
        return new ProducerRecord<>(topic, null, source.key(), source.value(), headers);
    }

    private ProducerRecord<byte[], byte[]> handled(DeadLetter deadLetter) {
        return new ProducerRecord<>(
                Topics.DLT_HANDLED,
                deadLetter.id().getBytes(StandardCharsets.UTF_8),
                HANDLED.toBytes(new Handled(order.action(), clock.instant())));
    }
}
