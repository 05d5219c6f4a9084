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
 * Counts the dead letters that nobody has dealt with, again and again: a look reads the marks that were added since the
 * last one. Of the letters it reads the oldest of a partition, for its time. Not thread-safe.
 */
public final class WaitingLetters implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RangeReader reader;
    private final Map<TopicPartition, Long> marksRead = new HashMap<>();
    private final Map<TopicPartition, Letters> partitions = new HashMap<>();

    /**
     * What waits.
     *
     * @param oldest when the oldest of them was put aside; empty where none waits
     */
    public record Waiting(long letters, Optional<Instant> oldest) {}

    public WaitingLetters(KafkaSettings kafka) {
        consumer = Clients.consumer(kafka);
        reader = new RangeReader(consumer, () -> false, () -> KafkaProblem.requireReachable(kafka));
    }

    /** @throws org.apache.kafka.common.KafkaException or {@link KafkaProblem} where Kafka does not tell */
    public Waiting look() {
        Map<TopicPartition, OffsetRange> marks = OffsetRanges.since(consumer, Topics.DLT_HANDLED, Optional.empty());
        // After the marks' ends: so the letter of every mark that will be read is among these, or gone.
        OffsetRanges.since(consumer, Topics.DLT, Optional.empty())
                .forEach((partition, range) -> partitions
                        .computeIfAbsent(partition, first -> new Letters())
                        .are(range));
        readMarks(marks);
        readOldest();
        return new Waiting(
                partitions.values().stream().mapToLong(Letters::waiting).sum(),
                partitions.values().stream()
                        .filter(letters -> letters.waiting() > 0)
                        .flatMap(letters -> letters.oldestTime.stream())
                        .min(Instant::compareTo));
    }

    private void readMarks(Map<TopicPartition, OffsetRange> marks) {
        marks.replaceAll((partition, all) ->
                new OffsetRange(Math.max(all.from(), marksRead.getOrDefault(partition, 0L)), all.to()));
        reader.read(marks, mark -> {
            if (mark.key() != null && mark.value() != null) {
                handled(new String(mark.key(), StandardCharsets.UTF_8));
            }
        });
        marks.forEach((partition, range) -> marksRead.put(partition, range.to()));
    }

    private void handled(String id) {
        DeadLetterId.parse(id).ifPresent(letter -> {
            Letters letters = partitions.get(new TopicPartition(Topics.DLT, letter.partition()));
            if (letters != null) {
                letters.handled(letter.offset());
            }
        });
    }

    private void readOldest() {
        Map<TopicPartition, OffsetRange> oldest = new HashMap<>();
        partitions.forEach((partition, letters) -> letters.unknownOldest()
                .ifPresent(offset -> oldest.put(partition, new OffsetRange(offset, offset + 1))));
        reader.read(
                oldest,
                letter -> partitions
                        .get(new TopicPartition(letter.topic(), letter.partition()))
                        .oldest(letter.offset(), Instant.ofEpochMilli(letter.timestamp())));
    }

    @Override
    public void close() {
        consumer.close();
    }

    /** The letters of a partition. Which of them are handled takes a bit each: there may be a million after a bad day. */
    private static final class Letters {
        private final BitSet handled = new BitSet();
        private OffsetRange range;
        private long base;
        private long oldestOffset = -1;
        /** Empty where it was deleted before it could be read. */
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

        /** The oldest that waits, where its time is not known yet. */
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
