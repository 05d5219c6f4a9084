package io.webhookmemory.subscriptions.importing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Keeps to so many events per second. Time that was lost by waiting is not made up for. For one thread. */
final class Pace {
    private final int perSecond;
    private final Clock clock;
    private final Sleeper sleeper;
    private Instant next = Instant.MIN;

    Pace(int perSecond, Clock clock, Sleeper sleeper) {
        this.perSecond = perSecond;
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /** Waits until so many events may follow those before. */
    void take(int events) {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            sleeper.sleep(Duration.between(now, next));
        }
        Instant start = now.isBefore(next) ? next : now;
        next = start.plusNanos(events * 1_000_000_000L / perSecond);
    }
}
