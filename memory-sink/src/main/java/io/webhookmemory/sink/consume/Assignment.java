package io.webhookmemory.sink.consume;

import io.webhookmemory.topics.wire.CommitNote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
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

    /**
     * @param position the first offset to read
     * @param last what the group has committed; null if nothing. Its metadata counts only if it is the position: otherwise the
     *     records before it are gone, or an operator has changed it
     */
    void add(TopicPartition partition, long position, OffsetAndMetadata last) {
        Optional<CommitNote> note = Optional.ofNullable(last)
                .filter(commit -> commit.offset() == position)
                .flatMap(commit -> CommitNote.parse(position, commit.metadata()));
        trackers.put(partition, new OffsetTracker(position, note));
        committed.put(partition, new OffsetAndMetadata(position, note.isPresent() ? last.metadata() : ""));
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

    /** Whether the positions, with metadata about the unfinished records, are what has been committed. */
    boolean isCommitted(ToLongFunction<TopicPartition> position) {
        return trackers.keySet().stream().noneMatch(partition -> isChanged(partition, position));
    }

    private boolean isChanged(TopicPartition partition, ToLongFunction<TopicPartition> position) {
        OffsetTracker tracker = trackers.get(partition);
        tracker.readUpTo(position.applyAsLong(partition));
        return !tracker.toCommit().equals(committed.get(partition));
    }

    /**
     * Begins a commit of the positions that have changed. Leaves out partitions in which a transaction is finishing a record:
     * it commits the position, too.
     *
     * @param position how far a partition has been read; what it throws is thrown before a commit has begun
     * @param one whether to commit the position of one partition again if none has changed
     */
    PendingCommit toCommit(ToLongFunction<TopicPartition> position, boolean one) {
        List<TopicPartition> changed = trackers.keySet().stream()
                .filter(partition -> isChanged(partition, position))
                .toList();
        PendingCommit commit = new PendingCommit();
        changed.forEach(commit::add);
        Iterator<TopicPartition> all = trackers.keySet().iterator();
        while (one && commit.offsets.isEmpty() && all.hasNext()) {
            commit.add(all.next());
        }
        return commit;
    }

    /** Positions that are being committed; one of the two ends must follow. */
    final class PendingCommit {
        private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        private final List<OffsetTracker> begun = new ArrayList<>();

        private void add(TopicPartition partition) {
            OffsetTracker tracker = trackers.get(partition);
            if (tracker.beginCommit()) {
                begun.add(tracker);
                offsets.put(partition, tracker.toCommit());
            }
        }

        Map<TopicPartition, OffsetAndMetadata> offsets() {
            return offsets;
        }

        /** Ignores partitions that were removed meanwhile. */
        void succeeded() {
            offsets.forEach((partition, offset) -> committed.computeIfPresent(partition, (known, before) -> offset));
            failed();
        }

        void failed() {
            begun.forEach(OffsetTracker::endCommit);
        }
    }

    /** The earliest time of the records that were read and are not finished, milliseconds since the epoch. */
    OptionalLong oldest() {
        return trackers.values().stream()
                .map(OffsetTracker::oldest)
                .flatMapToLong(OptionalLong::stream)
                .min();
    }
}
