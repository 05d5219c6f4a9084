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
 * Counts the dead letters that are not handled. Each look reads only the handled records added since the last one, and of
 * the dead letters only the oldest unhandled one of each partition, for its time. Not thread-safe.
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

    /** The dead letters of a partition. One bit each tells which are handled: after a long failure there may be a million. */
    private static final class PartitionDeadLetters {
        private final BitSet handled = new BitSet();
        private OffsetRange range;
        private long base;
        private long oldestOffset = -1;
        /** Empty if it was deleted before it could be read. */
        private Optional<Instant> oldestTime = Optional.empty();

        void are(OffsetRange now) {
            if (range == null) {
                base = now.from();
            }
            range = now;
        }

        void handled(long offset) {
            if (offset >= base && offset < range.to()) {
                handled.set(index(offset));
            }
        }

        long waiting() {
            return range.length()
                    - handled.get(index(range.from()), index(range.to())).cardinality();
        }

        /** The oldest unhandled one, if its time is not known yet. */
        Optional<Long> unknownOldest() {
            long oldest = base + handled.nextClearBit(index(range.from()));
            return oldest == oldestOffset || waiting() == 0 ? Optional.empty() : Optional.of(oldest);
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
