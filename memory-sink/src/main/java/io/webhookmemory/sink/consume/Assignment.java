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
 * The partitions that a member of the group has: what of each is not done, and what has been committed. The polling thread's
 * alone, but for {@link #oldest}, which any thread may ask.
 */
final class Assignment {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Map<TopicPartition, OffsetTracker> trackers = new ConcurrentHashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();

    /** @param position the first offset that will be read, which is where the group has come to */
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

    /** Starts no more work of these partitions, and waits for what runs, all in all within the limit. */
    void giveUp(Collection<TopicPartition> partitions, Duration limit) {
        giveUp(partitions, limit, () -> {});
    }

    /** @param meanwhile called again and again while work runs */
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
     * What is done and not committed yet, with notes of what is not done: they are committed anew when they change.
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

    /** Does nothing for partitions that were removed meanwhile. */
    void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> committed.computeIfPresent(partition, (known, before) -> offset));
    }

    /** One partition's committed position, to be committed once more; empty where there are no partitions. */
    Map<TopicPartition, OffsetAndMetadata> anyCommitted() {
        return committed.entrySet().stream().limit(1).collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The least time of the records that were read and are not done, milliseconds since the epoch. */
    OptionalLong oldest() {
        return trackers.values().stream()
                .map(OffsetTracker::oldest)
                .flatMapToLong(OptionalLong::stream)
                .min();
    }
}
