package io.webhookmemory.sink.consume;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A queue per key. An entry waits in the queues of all its keys, at the same place of one common order. It can start
 * when it is first in all of them and none of its keys is held. Because all queues have the same order, the entry with
 * the lowest place can always start: there is no deadlock. Not thread-safe.
 */
final class KeyQueues<J> {
    /**
     * How far a queue is searched for entries that join a group, so that the thousand events of one record are not
     * scanned each time.
     */
    private static final int MAX_LOOKED_AT = 1_000;

    private final Map<String, Queue<J>> queues = new HashMap<>();
    private long entries;

    /**
     * @param groupKey empty if the entry runs alone and no entry behind it may join a group ahead of it
     * @param place in the order of all queues
     * @param number distinguishes entries of the same place: a job and the one that continues it
     */
    record Entry<J>(J job, Set<String> keys, Optional<String> groupKey, int bytes, long place, long number) {

        /** The other key, if there is exactly one besides the group's. */
        Optional<String> ownKey() {
            if (keys.size() != 2 || groupKey.filter(keys::contains).isEmpty()) {
                return Optional.empty();
            }
            return keys.stream().filter(key -> !key.equals(groupKey.get())).findFirst();
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(number);
        }
    }

    private static final class Queue<J> {
        private final TreeSet<Entry<J>> waiting =
                new TreeSet<>(Comparator.<Entry<J>>comparingLong(Entry::place).thenComparingLong(Entry::number));
        private int held;
        private long bytes;

        boolean isEmpty() {
            return held == 0 && waiting.isEmpty();
        }
    }

    /** Adds an entry behind all others. */
    Entry<J> add(J job, Set<String> keys, Optional<String> groupKey, int bytes) {
        return add(job, keys, groupKey, bytes, entries);
    }

    /** @param place of another entry, which this one continues */
    Entry<J> add(J job, Set<String> keys, Optional<String> groupKey, int bytes, long place) {
        Entry<J> entry = new Entry<>(job, Set.copyOf(keys), groupKey, bytes, place, entries++);
        entry.keys().forEach(key -> {
            Queue<J> queue = queues.computeIfAbsent(key, name -> new Queue<>());
            queue.waiting.add(entry);
            queue.bytes += entry.bytes();
        });
        return entry;
    }

    /** Whether the entry waits, is first in all its queues, and none of its keys is held. */
    boolean isFirst(Entry<J> entry) {
        return entry.keys().stream()
                .map(queues::get)
                .allMatch(queue -> queue != null && queue.held == 0 && isHead(queue, entry));
    }

    private static <J> boolean isHead(Queue<J> queue, Entry<J> entry) {
        return !queue.waiting.isEmpty() && queue.waiting.first().equals(entry);
    }

    Optional<Entry<J>> first(String key) {
        Queue<J> queue = queues.get(key);
        return queue == null || queue.waiting.isEmpty() ? Optional.empty() : Optional.of(queue.waiting.first());
    }

    /**
     * The entry's group: itself, and the entries that wait for its group key, are first in the queue of their own key
     * and have no further keys. The search ends at an entry without a group key: it concerns the whole group key, such
     * as the deletion of a dataset, and the entries behind it must run later.
     *
     * @param mayJoin called for every entry that would join
     */
    List<Entry<J>> group(Entry<J> first, int maxSize, long maxBytes, Predicate<Entry<J>> mayJoin) {
        List<Entry<J>> group = new ArrayList<>(List.of(first));
        if (first.ownKey().isEmpty() || maxSize == 1) {
            return group;
        }
        String groupKey = first.groupKey().orElseThrow();
        long bytes = first.bytes();
        int lookedAt = 0;
        for (Entry<J> entry : queues.get(groupKey).waiting.tailSet(first, false)) {
            if (entry.groupKey().isEmpty() || group.size() == maxSize || ++lookedAt > MAX_LOOKED_AT) {
                break;
            }
            if (joins(entry, first) && bytes + entry.bytes() <= maxBytes && mayJoin.test(entry)) {
                group.add(entry);
                bytes += entry.bytes();
            }
        }
        return group;
    }

    private boolean joins(Entry<J> entry, Entry<J> first) {
        if (!entry.groupKey().equals(first.groupKey())) {
            return false;
        }
        return entry.ownKey()
                .map(queues::get)
                .filter(own -> own.held == 0 && isHead(own, entry))
                .isPresent();
    }

    /** Starts the entries: they no longer wait, and hold their keys until {@link #leave}. */
    void hold(List<Entry<J>> group) {
        group.forEach(entry -> entry.keys().stream().map(queues::get).forEach(queue -> {
            queue.waiting.remove(entry);
            queue.held++;
        }));
    }

    /** @return the entries that can start now */
    Set<Entry<J>> leave(List<Entry<J>> group) {
        Set<String> left = new LinkedHashSet<>();
        group.forEach(entry -> entry.keys().forEach(key -> {
            left.add(key);
            Queue<J> queue = queues.get(key);
            queue.held--;
            queue.bytes -= entry.bytes();
        }));
        Set<Entry<J>> next = new LinkedHashSet<>();
        left.forEach(key -> {
            first(key).filter(this::isFirst).ifPresent(next::add);
            queues.computeIfPresent(key, (name, queue) -> queue.isEmpty() ? null : queue);
        });
        return next;
    }

    int size(String key) {
        Queue<J> queue = queues.get(key);
        return queue == null ? 0 : queue.held + queue.waiting.size();
    }

    long bytes(String key) {
        Queue<J> queue = queues.get(key);
        return queue == null ? 0 : queue.bytes;
    }
}
