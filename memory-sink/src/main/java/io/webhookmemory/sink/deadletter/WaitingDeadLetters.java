package io.webhookmemory.sink.deadletter;

import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.kafka.OffsetRange;
import io.webhookmemory.service.kafka.OffsetRanges;
import io.webhookmemory.service.kafka.RangeReader;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DeadLetterId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts the dead letters that are not handled. Each look reads the dead letters and the handled records added since the
 * last one, and the oldest unhandled dead letter of each partition again, for its time. Offsets alone do not tell how many
 * there are: dead letters are written in transactions, whose markers take offsets too. Not thread-safe.
 */
public final class WaitingDeadLetters implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RangeReader reader;
    private final Map<TopicPartition, Long> handledRead = new HashMap<>();
    private final Map<TopicPartition, PartitionDeadLetters> partitions = new HashMap<>();

    /**
     * The dead letters that are not handled.
     *
     * @param oldest when the oldest of them was dead-lettered; empty if there is none
     */
    public record Waiting(long deadLetters, Optional<Instant> oldest) {}

    public WaitingDeadLetters(KafkaSettings kafka) {
        consumer = Clients.consumer(kafka);
        reader = new RangeReader(consumer, () -> false, () -> KafkaProblem.requireReachable(kafka));
    }

    /** @throws org.apache.kafka.common.KafkaException or {@link KafkaProblem} if Kafka cannot be read */
    public Waiting look() {
        Map<TopicPartition, OffsetRange> handled = OffsetRanges.since(consumer, Topics.DLT_HANDLED, Optional.empty());
        // Read the ends of memory.sync.dlt after those of the handled topic: then the dead letter of every handled
        // record
        // that is read below is in these ranges, or deleted.
        OffsetRanges.since(consumer, Topics.DLT, Optional.empty())
                .forEach((partition, range) -> partitions
                        .computeIfAbsent(partition, first -> new PartitionDeadLetters())
                        .are(range));
        readDeadLetters();
        readHandled(handled);
        readOldest();
        return new Waiting(
                partitions.values().stream()
                        .mapToLong(PartitionDeadLetters::waiting)
                        .sum(),
                partitions.values().stream()
                        .filter(deadLetters -> deadLetters.waiting() > 0)
                        .flatMap(deadLetters -> deadLetters.oldestTime.stream())
                        .min(Instant::compareTo));
    }

    private void readDeadLetters() {
        Map<TopicPartition, OffsetRange> added = new HashMap<>();
        partitions.forEach((partition, deadLetters) -> added.put(partition, deadLetters.unread()));
        reader.read(
                added,
                deadLetter -> partitions
                        .get(new TopicPartition(deadLetter.topic(), deadLetter.partition()))
                        .add(deadLetter.offset()));
        partitions.values().forEach(PartitionDeadLetters::isRead);
    }

    private void readHandled(Map<TopicPartition, OffsetRange> handled) {
        handled.replaceAll((partition, all) ->
                new OffsetRange(Math.max(all.from(), handledRead.getOrDefault(partition, 0L)), all.to()));
        reader.read(handled, record -> {
            if (record.key() != null && record.value() != null) {
                handled(new String(record.key(), StandardCharsets.UTF_8));
            }
        });
        handled.forEach((partition, range) -> handledRead.put(partition, range.to()));
    }

    private void handled(String id) {
        DeadLetterId.parse(id).ifPresent(deadLetter -> {
            PartitionDeadLetters deadLetters = partitions.get(new TopicPartition(Topics.DLT, deadLetter.partition()));
            if (deadLetters != null) {
                deadLetters.handled(deadLetter.offset());
            }
        });
    }

    private void readOldest() {
        Map<TopicPartition, OffsetRange> oldest = new HashMap<>();
        partitions.forEach((partition, deadLetters) -> deadLetters
                .unknownOldest()
                .ifPresent(offset -> oldest.put(partition, new OffsetRange(offset, offset + 1))));
        reader.read(
                oldest,
                deadLetter -> partitions
                        .get(new TopicPartition(deadLetter.topic(), deadLetter.partition()))
                        .oldest(deadLetter.offset(), Instant.ofEpochMilli(deadLetter.timestamp())));
    }

    @Override
    public void close() {
        consumer.close();
    }

    /** The dead letters of a partition. One bit each tells which wait: after a long failure there may be a million. */
    private static final class PartitionDeadLetters {
        private final BitSet waiting = new BitSet();
        private OffsetRange range;
        private long base;
        private long read;
        private long oldestOffset = -1;
        /** Empty if it was deleted before it could be read. */
        private Optional<Instant> oldestTime = Optional.empty();

        void are(OffsetRange now) {
            if (range == null) {
                base = now.from();
            }
            range = now;
            waiting.clear(0, index(range.from()));
        }

        OffsetRange unread() {
            return new OffsetRange(Math.max(read, range.from()), range.to());
        }

        void isRead() {
            read = range.to();
        }

        void add(long offset) {
            waiting.set(index(offset));
        }

        void handled(long offset) {
            if (offset >= base && offset < range.to()) {
                waiting.clear(index(offset));
            }
        }

        long waiting() {
            return waiting.cardinality();
        }

        /** The oldest unhandled one, if its time is not known yet. */
        Optional<Long> unknownOldest() {
            int oldest = waiting.nextSetBit(0);
            return oldest < 0 || base + oldest == oldestOffset ? Optional.empty() : Optional.of(base + oldest);
        }

        void oldest(long offset, Instant time) {
            oldestOffset = offset;
            oldestTime = Optional.of(time);
        }

        private int index(long offset) {
            return Math.toIntExact(offset - base);
        }
    }
}
