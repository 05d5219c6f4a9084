package io.webhookmemory.topics.deadletter;

import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.transfer.Clients;
import io.webhookmemory.topics.transfer.KafkaProblem;
import io.webhookmemory.topics.transfer.Ranges;
import io.webhookmemory.topics.transfer.StopSignal;
import io.webhookmemory.topics.transfer.Transfer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts the dead letters that nobody has dealt with, again and again: a look reads the marks that were added since the
 * last one. Of the letters it reads the oldest of a partition, for its time. Not thread-safe.
 */
public final class WaitingLetters implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Transfer.Options reading;
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
        reading = Transfer.Options.lookup(new StopSignal(), () -> KafkaProblem.requireReachable(kafka));
    }

    /** @throws org.apache.kafka.common.KafkaException or {@link KafkaProblem} where Kafka does not tell */
    public Waiting look() {
        Map<TopicPartition, Transfer.Range> marks = Ranges.since(consumer, Topics.DLT_HANDLED, Optional.empty());
        // After the marks' ends: so the letter of every mark that will be read is among these, or gone.
        Ranges.since(consumer, Topics.DLT, Optional.empty())
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

    private void readMarks(Map<TopicPartition, Transfer.Range> marks) {
        marks.replaceAll((partition, all) ->
                new Transfer.Range(Math.max(all.from(), marksRead.getOrDefault(partition, 0L)), all.to()));
        Transfer.read(consumer, marks, reading, mark -> {
            if (mark.key() != null && mark.value() != null) {
                handled(new String(mark.key(), StandardCharsets.UTF_8));
            }
        });
        marks.forEach((partition, range) -> marksRead.put(partition, range.to()));
    }

    private void handled(String id) {
        Matcher parts = DeadLetter.ID.matcher(id);
        if (parts.matches()) {
            Letters letters = partitions.get(new TopicPartition(Topics.DLT, Integer.parseInt(parts.group(1))));
            if (letters != null) {
                letters.handled(Long.parseLong(parts.group(2)));
            }
        }
    }

    private void readOldest() {
        Map<TopicPartition, Transfer.Range> oldest = new HashMap<>();
        partitions.forEach((partition, letters) -> letters.unknownOldest()
                .ifPresent(offset -> oldest.put(partition, new Transfer.Range(offset, offset + 1))));
        Transfer.read(
                consumer,
                oldest,
                reading,
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
        private Transfer.Range range;
        private long base;
        private long oldestOffset = -1;
        /** Empty where it was deleted before it could be read. */
        private Optional<Instant> oldestTime = Optional.empty();

        void are(Transfer.Range now) {
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
