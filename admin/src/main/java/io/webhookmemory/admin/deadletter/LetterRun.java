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
 * Sends dead letters back, or marks them as done with. A letter's mark and the event that it was sent back as are written
 * in one transaction; a letter with a mark is passed over. So a run can be cut off at any moment and begun again, with the
 * same filter or another, and every letter is sent back once.
 *
 * <p>An event goes to where the pipeline begins, not to the module topic it failed on: there it meets the record as it is
 * known now. One that has been overtaken arrives as the newest state, one whose record is gone does not arrive. Its
 * {@code replay-id} lets it pass deduplication. A dataset's graph is asked for again where it was asked for before.
 */
public final class LetterRun {
    private static final String TRANSACTIONAL_ID = "admin-dlt";
    private static final JsonSerde<Mark> MARKS = JsonSerde.of(Mark.class);

    private final Order order;
    private final Clock clock;
    private final Map<String, Long> matchedByReason = new TreeMap<>();
    private final Set<String> namedOnly;
    private long matched;
    private long refused;
    private long unreadable;

    /**
     * What is to be done.
     *
     * @param action {@link Mark#REDRIVEN} or {@link Mark#DISCARDED}
     * @param maxRedrives letters sent back so often before stay; negative for no such guard
     * @param dryRun count, and write nothing
     */
    public record Order(String action, LetterFilter filter, int maxRedrives, boolean dryRun) {}

    /**
     * What was done.
     *
     * @param matched letters that the filter means and that were not handled before, as far as the run has come
     * @param handled of these redriven or discarded; in a dry run, those that would have been
     * @param refused of these left because they have been sent back too often
     * @param unreadable of these left because no part of the pipeline can read them
     * @param notWaiting letters named by their ids that were handled before, are not there, or do not satisfy the filter's
     *     other conditions; none where the run did not read to the end
     * @param byReason the matched ones
     * @param complete false where the run was stopped, or reached its maximum, with more to read
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

    private LetterRun(Order order, Clock clock) {
        this.order = order;
        this.clock = clock;
        this.namedOnly = new TreeSet<>(order.filter().ids());
    }

    public static Summary run(KafkaSettings kafka, Order order, Transfer.Options options, Clock clock) {
        // The writer first: it undoes what a killed run had begun, and ends one that still runs. Then the marks are
        // true.
        try (TransactionalWriter writer = order.dryRun() ? null : new TransactionalWriter(kafka, TRANSACTIONAL_ID);
                DeadLetterTopic topic = new DeadLetterTopic(kafka, options.stop())) {
            return new LetterRun(order, clock).run(Optional.ofNullable(writer), topic, options);
        }
    }

    private Summary run(Optional<TransactionalWriter> writer, DeadLetterTopic topic, Transfer.Options options) {
        Map<String, Mark> marks = topic.marks();
        Map<TopicPartition, OffsetRange> ranges = topic.ranges(order.filter().since());
        options.progress()
                .begin(
                        order.action(),
                        ranges.values().stream().mapToLong(OffsetRange::length).sum());
        Transfer.Result result = new Transfer(topic.consumer(), writer, Optional.empty(), options)
                .run(ranges, record -> decide(DeadLetter.of(record), marks));
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

    private List<ProducerRecord<byte[], byte[]>> decide(DeadLetter letter, Map<String, Mark> marks) {
        if (marks.containsKey(letter.id()) || !order.filter().matches(letter)) {
            return List.of();
        }
        matched++;
        namedOnly.remove(letter.id());
        matchedByReason.merge(letter.reason(), 1L, Long::sum);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        if (order.action().equals(Mark.REDRIVEN)) {
            if (letter.content() instanceof DeadLetter.Content.Unreadable) {
                unreadable++;
                return List.of();
            }
            if (order.maxRedrives() >= 0 && letter.redrives() >= order.maxRedrives()) {
                refused++;
                return List.of();
            }
            records.add(sentBack(letter));
        }
        records.add(mark(letter));
        return records;
    }

    private static ProducerRecord<byte[], byte[]> sentBack(DeadLetter letter) {
        ConsumerRecord<byte[], byte[]> source = letter.source();
        RecordHeaders headers = new RecordHeaders(source.headers());
        Headers.removeFailures(headers);
        Headers.put(headers, Headers.REDRIVE_COUNT, String.valueOf(letter.redrives() + 1));
        Headers.put(headers, Headers.REDRIVE_OF, source.topic() + "-" + source.partition() + "@" + source.offset());
        String topic = Topics.COGNIFY;
        if (letter.content() instanceof DeadLetter.Content.Event) {
            topic = Topics.WEBHOOKS;
            Headers.put(headers, Headers.REPLAY_ID, "redrive-" + source.partition() + "-" + source.offset());
        }
        return new ProducerRecord<>(topic, null, source.key(), source.value(), headers);
    }

    private ProducerRecord<byte[], byte[]> mark(DeadLetter letter) {
        return new ProducerRecord<>(
                Topics.DLT_HANDLED,
                letter.id().getBytes(StandardCharsets.UTF_8),
                MARKS.toBytes(new Mark(order.action(), clock.instant())));
    }
}
