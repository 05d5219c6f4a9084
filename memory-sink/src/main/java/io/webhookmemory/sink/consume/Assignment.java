package io.webhookmemory.sink.consume;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions assigned to a member of the group: the unfinished records of each, and what has been committed. Only
 * the polling thread uses it, except for {@link #oldest}, which any thread may call.
 */
final class Assignment {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Map<TopicPartition, OffsetTracker> trackers = new ConcurrentHashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();

    /** @param position the first offset to read, which is the group's committed position */
    void add(TopicPartition partition, long position) {
        trackers.put(partition, new OffsetTracker(position));
        committed.put(partition, new OffsetAndMetadata(position));
    }

    void remove(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> {
            trackers.remove(partition);
            committed.remove(partition);
        });
    }

    OffsetTracker tracker(TopicPartition partition) {
        return trackers.get(partition);
    }

    Set<TopicPartition> partitions() {
        return trackers.keySet();
    }

    /** Starts no more work of these partitions, and waits for work in progress, for the limit at most. */
    void giveUp(Collection<TopicPartition> partitions, Duration limit) {
        giveUp(partitions, limit, () -> {});
    }

    /** @param meanwhile called repeatedly while work is in progress */
    void giveUp(Collection<TopicPartition> partitions, Duration limit, Runnable meanwhile) {
        List<OffsetTracker> given =
                partitions.stream().map(trackers::get).filter(Objects::nonNull).toList();
        given.forEach(OffsetTracker::stop);
        long deadline = System.nanoTime() + limit.toNanos();
        for (OffsetTracker tracker : given) {
            while (!tracker.awaitEnd(Math.min(LOOK_NANOS, deadline - System.nanoTime()))
                    && deadline - System.nanoTime() > 0) {
                meanwhile.run();
            }
        }
        given.forEach(tracker -> tracker.giveUp(deadline));
    }

    /**
     * The positions to commit, with metadata about the unfinished records: a change of either requires a commit.
     *
     * @param position how far a partition has been read
     */
    Map<TopicPartition, OffsetAndMetadata> toCommit(ToLongFunction<TopicPartition> position) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        trackers.forEach((partition, tracker) -> {
            tracker.readUpTo(position.applyAsLong(partition));
            OffsetAndMetadata done = tracker.toCommit();
            if (!done.equals(committed.get(partition))) {
                offsets.put(partition, done);
            }
        });
        return offsets;
    }

    /** Ignores partitions that were removed meanwhile. */
    void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> committed.computeIfPresent(partition, (known, before) -> offset));
    }

    /** One partition's committed position, to commit again; empty if there are no partitions. */
    Map<TopicPartition, OffsetAndMetadata> anyCommitted() {
        return committed.entrySet().stream().limit(1).collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The earliest time of the records that were read and are not finished, milliseconds since the epoch. */
    OptionalLong oldest() {
        return trackers.values().stream()
                .map(OffsetTracker::oldest)
                .flatMapToLong(OptionalLong::stream)
                .min();
    }
}
