package io.webhookmemory.sink.consume;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/** Records that were read and are not due yet. Not thread-safe. */
final class WaitingRecords {
    /** Per partition. Records of a retry topic are due in nearly the order in which they were written. */
    private static final int MAX_RECORDS = 100;
    /** Per partition, unless a single record exceeds it. */
    private static final long MAX_BYTES = 1024 * 1024;

    private final PriorityQueue<Waiting> queue = new PriorityQueue<>(Comparator.comparing(Waiting::due));

    private record Waiting(Instant due, TopicPartition partition, InFlightRecord record) {}

    private record Size(int records, long bytes) {
        private static final Size NONE = new Size(0, 0);

        Size plus(Size other) {
            return new Size(records + other.records, bytes + other.bytes);
        }
    }

    void add(Instant due, TopicPartition partition, InFlightRecord record) {
        queue.add(new Waiting(due, partition, record));
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Removes the record that is due first; empty if none is due. */
    Optional<InFlightRecord> next(Instant now) {
        return queue.isEmpty() || queue.peek().due().isAfter(now)
                ? Optional.empty()
                : Optional.of(queue.remove().record());
    }

    /** Whether more records of a partition may wait; the result holds until the next change. */
    Predicate<TopicPartition> hasSpace() {
        Map<TopicPartition, Size> sizes = new HashMap<>();
        queue.forEach(waiting ->
                sizes.merge(waiting.partition(), new Size(1, waiting.record().bytes()), Size::plus));
        return partition -> {
            Size size = sizes.getOrDefault(partition, Size.NONE);
            return size.records() < MAX_RECORDS && size.bytes() < MAX_BYTES;
        };
    }

    void remove(Collection<TopicPartition> partitions) {
        queue.removeIf(waiting -> partitions.contains(waiting.partition()));
    }
}
