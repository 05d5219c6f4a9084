package io.webhookmemory.sink.consume;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which entry may start the next group: a limited number of groups is in progress, and a smaller number of those with a
 * slow key. Not thread-safe.
 *
 * @param <E> the entries
 */
final class GroupStarts<E> {
    private final int mostGroups;
    private final int mostSlow;
    /** Waiting for a group in progress to end. */
    private final Set<E> ready = new LinkedHashSet<>();
    /** As {@link #ready}; waiting for a group with a slow key to end. */
    private final Set<E> readySlow = new LinkedHashSet<>();

    private int groups;
    private int slowGroups;

    GroupStarts(int mostGroups, int mostSlow) {
        this.mostGroups = mostGroups;
        this.mostSlow = mostSlow;
    }

    /** May be called for the same entry again. */
    void offer(E entry) {
        ready.add(entry);
    }

    /** Reports that fewer groups with a slow key are in progress, or that a key is no longer slow. */
    void offerSlow() {
        ready.addAll(readySlow);
        readySlow.clear();
    }

    /**
     * Removes the next entry, in the order in which they were offered; {@link #begin} must follow.
     *
     * @param mayStart an offered entry for which it is false is dropped: it will be offered again
     * @param isSlow whether one of its keys is slow
     */
    Optional<E> next(Predicate<E> mayStart, Predicate<E> isSlow) {
        while (groups < mostGroups && !ready.isEmpty()) {
            E entry = ready.iterator().next();
            ready.remove(entry);
            if (!mayStart.test(entry)) {
                continue;
            }
            if (isSlow.test(entry) && slowGroups == mostSlow) {
                readySlow.add(entry);
            } else {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    void begin(boolean slow) {
        groups++;
        slowGroups += slow ? 1 : 0;
    }

    void end(boolean slow) {
        groups--;
        slowGroups -= slow ? 1 : 0;
    }
}
