package io.webhookmemory.console.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bounds how fast passwords can be tried, per address and in total. Thread-safe. */
final class LoginAttempts {
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int PER_ADDRESS = 5;
    private static final int IN_TOTAL = 100;

    private final Clock clock;
    private final Deque<Instant> all = new ArrayDeque<>();
    private final Map<String, Deque<Instant>> byAddress = new LinkedHashMap<>();

    LoginAttempts(Clock clock) {
        this.clock = clock;
    }

    /** Counts an attempt that is about to be checked; false if there were too many within a minute. */
    synchronized boolean admit(String address) {
        Instant now = clock.instant();
        forget(now);
        Deque<Instant> own = byAddress.computeIfAbsent(address, key -> new ArrayDeque<>());
        if (own.size() >= PER_ADDRESS || all.size() >= IN_TOTAL) {
            return false;
        }
        own.add(now);
        all.add(now);
        return true;
    }

    private void forget(Instant now) {
        Instant end = now.minus(WINDOW);
        all.removeIf(time -> time.isBefore(end));
        byAddress.values().forEach(times -> times.removeIf(time -> time.isBefore(end)));
        byAddress.values().removeIf(Deque::isEmpty);
    }

    synchronized void succeeded(String address) {
        byAddress.remove(address);
    }
}
