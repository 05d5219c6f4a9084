package io.webhookmemory.admin.transfer;

import io.webhookmemory.service.kafka.OffsetRange;
import io.webhookmemory.service.kafka.RangeReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads ranges of partitions and writes records for each record read. The state of a run (which dead letters are
 * handled, how far it has read) is written in the same transactions as the records. So a run that is interrupted at any
 * point and started again neither loses a record nor writes one twice. Not thread-safe.
 */
public final class Transfer {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MAX_SENT_PER_COMMIT = 5_000;
    private static final long MAX_NANOS_PER_COMMIT = Duration.ofSeconds(1).toNanos();
    private static final Duration LONG_PAUSE = Duration.ofMillis(50);
    private static final long SILENCE_NANOS = Duration.ofSeconds(10).toNanos();

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Options options;
    private final Optional<TransactionalWriter> writer;
    private final Optional<PositionKeeper> keeper;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final Map<TopicPartition, Long> sentFrom = new HashMap<>();
    private long sent;
    private long sentSinceCommit;
    private boolean readSinceCommit;
    private long lastCommit;

    /**
     * Options of a transfer.
     *
     * @param max maximum number of records to write
     * @param probe throws if Kafka is unavailable; called after a while without a record
     */
    public record Options(long max, Pace pace, StopSignal stop, Progress progress, Runnable probe) {

        /** A reader for what a run reads before it begins: it reads everything, and ends when a stop is requested. */
        public RangeReader reader(KafkaConsumer<byte[], byte[]> consumer) {
            return new RangeReader(consumer, stop::isAsked, probe);
        }
    }

    /** Adds the position of the transfer to the transaction that is about to be committed. */
    public interface PositionKeeper {
        /**
         * Adds the positions.
         *
         * @param next offset to read next, by partition
         * @param sent records written by this transfer, by the partition they were read from
         */
        void keep(TransactionalWriter writer, Map<TopicPartition, Long> next, Map<TopicPartition, Long> sent);
    }

    /**
     * How a transfer ended.
     *
     * @param complete false if it was stopped, or reached its maximum, with more to read
     */
    public record Result(long sent, boolean complete) {}

    /**
     * Creates a transfer; it does not begin yet.
     *
     * @param writer empty for a dry run, which reads and decides and writes nothing
     * @param keeper empty if the written records themselves record the position
     */
    public Transfer(
            KafkaConsumer<byte[], byte[]> consumer,
            Optional<TransactionalWriter> writer,
            Optional<PositionKeeper> keeper,
            Options options) {
        this.consumer = consumer;
        this.writer = writer;
        this.keeper = keeper;
        this.options = options;
    }

    /** @param decision the records to write for a record; empty to skip it */
    public Result run(
            Map<TopicPartition, OffsetRange> ranges,
            Function<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> decision) {
        consumer.assign(ranges.keySet());
        ranges.forEach((partition, range) -> {
            consumer.seek(partition, range.from());
            next.put(partition, range.from());
        });
        lastCommit = System.nanoTime();
        long lastRead = lastCommit;
        while (!isComplete(ranges) && !isEnough()) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            boolean moved = !records.isEmpty();
            boolean all = apply(records, ranges, decision);
            if (all) {
                moved |= skipMarkers(ranges);
            }
            commitIfDue();
            options.progress().at(done(ranges), sent);
            lastRead = moved ? System.nanoTime() : lastRead;
            if (System.nanoTime() - lastRead > SILENCE_NANOS) {
                options.probe().run();
                lastRead = System.nanoTime();
            }
        }
        commit();
        options.progress().at(done(ranges), sent);
        return new Result(sent, isComplete(ranges));
    }

    /** @return whether all records were processed */
    private boolean apply(
            ConsumerRecords<byte[], byte[]> records,
            Map<TopicPartition, OffsetRange> ranges,
            Function<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> decision) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            if (record.offset() >= ranges.get(partition).to()) {
                continue;
            }
            if (isEnough()) {
                return false;
            }
            List<ProducerRecord<byte[], byte[]>> outcome = decision.apply(record);
            if (!outcome.isEmpty() && !write(partition, outcome)) {
                return false;
            }
            next.put(partition, record.offset() + 1);
            readSinceCommit = true;
            commitIfDue();
        }
        return true;
    }

    /** @return false if a stop was requested before the record could be written */
    private boolean write(TopicPartition partition, List<ProducerRecord<byte[], byte[]>> outcome) {
        Duration pause = options.pace().next();
        if (pause.compareTo(LONG_PAUSE) > 0) {
            // Readers of committed records must not wait for a slow transfer.
            commit();
        }
        if (!pause.isZero()) {
            options.stop().pause(pause);
        }
        if (options.stop().isAsked()) {
            return false;
        }
        writer.ifPresent(open -> outcome.forEach(open::send));
        sent++;
        sentSinceCommit++;
        sentFrom.merge(partition, 1L, Long::sum);
        return true;
    }

    // Transaction markers take offsets and are never returned; the position moves past them.
    private boolean skipMarkers(Map<TopicPartition, OffsetRange> ranges) {
        boolean moved = false;
        for (Map.Entry<TopicPartition, OffsetRange> range : ranges.entrySet()) {
            TopicPartition partition = range.getKey();
            long position = Math.min(
                    consumer.position(partition), Math.max(range.getValue().to(), next.get(partition)));
            if (position > next.get(partition)) {
                next.put(partition, position);
                moved = true;
            }
            if (next.get(partition) >= range.getValue().to()) {
                consumer.pause(List.of(partition));
            }
        }
        return moved;
    }

    private void commitIfDue() {
        if (sentSinceCommit >= MAX_SENT_PER_COMMIT || System.nanoTime() - lastCommit > MAX_NANOS_PER_COMMIT) {
            commit();
        }
    }

    private void commit() {
        if (sentSinceCommit > 0 || (keeper.isPresent() && readSinceCommit)) {
            writer.ifPresent(open -> {
                keeper.ifPresent(kept -> kept.keep(open, next, sentFrom));
                open.commit();
            });
        }
        sentSinceCommit = 0;
        readSinceCommit = false;
        lastCommit = System.nanoTime();
    }

    private boolean isEnough() {
        return options.stop().isAsked() || sent >= options.max();
    }

    private boolean isComplete(Map<TopicPartition, OffsetRange> ranges) {
        return ranges.entrySet().stream()
                .allMatch(range -> next.get(range.getKey()) >= range.getValue().to());
    }

    private long done(Map<TopicPartition, OffsetRange> ranges) {
        return ranges.entrySet().stream()
                .mapToLong(range -> next.get(range.getKey()) - range.getValue().from())
                .sum();
    }
}
