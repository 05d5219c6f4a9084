package io.webhookmemory.testkit.zoho;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalInt;

/** The limits of calls: credits in any 24 hours, and concurrent calls. Thread-safe. */
final class Credits {
    private static final Duration WINDOW = Duration.ofHours(24);

    private final Clock clock;
    private final Deque<Instant> spent = new ArrayDeque<>();
    private int limit = Integer.MAX_VALUE;
    private int concurrency = Integer.MAX_VALUE;
    private int underWay;

    Credits(Clock clock) {
        this.clock = clock;
    }

    synchronized void limit(int credits) {
        limit = credits;
    }

    synchronized void concurrency(int calls) {
        concurrency = calls;
    }

    /** @return false if too many calls are in progress; otherwise call {@link #leave} afterwards */
    synchronized boolean enter() {
        if (underWay >= concurrency) {
            return false;
        }
        underWay++;
        return true;
    }

    synchronized void leave() {
        underWay--;
    }

    /** @return false if none is left */
    synchronized boolean spend() {
        if (spent() >= limit) {
            return false;
        }
        spent.add(clock.instant());
        return true;
    }

    synchronized int spent() {
        Instant start = clock.instant().minus(WINDOW);
        while (!spent.isEmpty() && !spent.peek().isAfter(start)) {
            spent.remove();
        }
        return spent.size();
    }

    /** The remaining credits, which Zoho reports only once half are spent. */
    synchronized OptionalInt told() {
        int left = limit - spent();
        return left <= limit / 2 ? OptionalInt.of(left) : OptionalInt.empty();
    }
}
