package io.webhookmemory.processor;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tells transient failures from recurring ones: five failures within five minutes are too many, plus one for each
 * further thread, because all threads fail together after a long outage of Kafka.
 */
final class ThreadFailures {
    private static final int TOLERATED = 4;
    private static final Duration WINDOW = Duration.ofMinutes(5);

    private final Clock clock;
    private final int limit;
    private final Deque<Instant> recent = new ArrayDeque<>();

    ThreadFailures(Clock clock, int threads) {
        this.clock = clock;
        this.limit = TOLERATED + threads;
    }

    /** Records a failure at the present time. */
    synchronized boolean tooMany() {
        Instant now = clock.instant();
        recent.addLast(now);
        while (recent.getFirst().isBefore(now.minus(WINDOW))) {
            recent.removeFirst();
        }
        return recent.size() >= limit;
    }
}
