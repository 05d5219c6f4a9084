package io.webhookmemory.processor;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** Tells a passing fault from one that comes back: five thread failures within five minutes are too many. */
final class ThreadFailures {
    private static final int LIMIT = 5;
    private static final Duration WINDOW = Duration.ofMinutes(5);

    private final Clock clock;
    private final Deque<Instant> recent = new ArrayDeque<>();

    ThreadFailures(Clock clock) {
        this.clock = clock;
    }

    /** Counts a failure that happens now. */
    synchronized boolean tooMany() {
        Instant now = clock.instant();
        recent.addLast(now);
        while (recent.getFirst().isBefore(now.minus(WINDOW))) {
            recent.removeFirst();
        }
        return recent.size() >= LIMIT;
    }
}
