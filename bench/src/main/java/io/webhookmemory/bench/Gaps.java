package io.webhookmemory.bench;

import java.time.Duration;
import java.util.Arrays;

/** The longest time without output of a partition, over all partitions. Thread-safe. */
final class Gaps {
    /** On the clock of {@link System#nanoTime()}. */
    private final long[] last;

    private long longest;

    Gaps(int partitions) {
        last = new long[partitions];
        begin();
    }

    /** Forgets what was; every partition counts as having had output just now. */
    synchronized void begin() {
        Arrays.fill(last, System.nanoTime());
        longest = 0;
    }

    synchronized void output(int partition) {
        long now = System.nanoTime();
        longest = Math.max(longest, now - last[partition]);
        last[partition] = now;
    }

    /** Whether every partition has had output since a time on the clock of {@link System#nanoTime()}. */
    synchronized boolean allSince(long nanos) {
        return Arrays.stream(last).allMatch(time -> time - nanos > 0);
    }

    /** Since {@link #begin}, gaps that have ended only. */
    synchronized Duration longest() {
        return Duration.ofNanos(longest);
    }
}
