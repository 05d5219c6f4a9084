package io.webhookmemory.admin.transfer;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Spreads records evenly over time. Lost time is not made up by a burst. Not thread-safe. */
public final class Pace {
    private final long nanosEach;
    private final LongSupplier nanoTime;
    private long due;

    /**
     * A pace of so many records per second.
     *
     * @param perSecond 0 for no limit
     * @param nanoTime a clock such as {@link System#nanoTime}
     */
    public Pace(double perSecond, LongSupplier nanoTime) {
        this.nanosEach = perSecond == 0 ? 0 : Math.round(1e9 / perSecond);
        this.nanoTime = nanoTime;
        this.due = nanoTime.getAsLong();
    }

    /** Reserves the next slot and returns the time until then. */
    public Duration next() {
        if (nanosEach == 0) {
            return Duration.ZERO;
        }
        long now = nanoTime.getAsLong();
        long mine = Math.max(due, now);
        due = mine + nanosEach;
        return Duration.ofNanos(mine - now);
    }
}
