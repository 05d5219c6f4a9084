package io.webhookmemory.sink.failure;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.webhookmemory.cognee.Failure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Limits how many events of one dataset wait in this process, so that one dataset does not use all capacity. An event
 * beyond the limit is deferred until the expected time of its turn, from the measured pace of the dataset, so that it
 * makes one trip through Kafka instead of many. Bounded. Thread-safe.
 */
public final class Backlog {
    /** Reason of an event that was deferred without an attempt. */
    static final String NO_ROOM = "busy";

    private static final int MAX_DATASETS = 10_000;
    /** A dataset that does not respond may only use this fraction of the limit. */
    private static final int SLOW_SHARE = 8;
    /** The pace before it is measured: one document per call. */
    private static final Duration FIRST_PACE = Duration.ofMillis(150);

    private static final Duration FASTEST_PACE = Duration.ofMillis(5);
    /** Events that end further apart than this were not waiting for each other. */
    private static final Duration LONGEST_GAP = Duration.ofSeconds(30);

    private final Limits limits;
    private final FailurePolicy policy;
    private final Clock clock;
    private final Cache<String, Pace> paces = Caffeine.newBuilder()
            .maximumSize(MAX_DATASETS)
            .executor(Runnable::run)
            .build();

    /** How many events of one dataset may wait, and how many bytes they may have together. */
    public record Limits(int events, long bytes) {}

    /** An event that may not wait here, and what its headers and the metrics are to say. */
    public record Surplus(FailedAttempt attempt, Decision.Defer decision) {}

    private static final class Pace {
        private Duration perEvent = FIRST_PACE;
        private Optional<Instant> lastEnd = Optional.empty();
        /** When the event deferred last is expected to be processed. */
        private Instant booked = Instant.MIN;
    }

    public Backlog(Limits limits, FailurePolicy policy, Clock clock) {
        this.limits = limits;
        this.policy = policy;
        this.clock = clock;
    }

    /**
     * Decides whether an event exceeds the limit.
     *
     * @param queued events of the dataset that wait
     * @param queuedBytes size of these
     * @param slow whether the dataset did not respond at the last attempt
     * @return empty if the event may wait here; always empty if there is no retry topic to defer it to
     */
    public Optional<Surplus> surplus(String dataset, History history, int queued, long queuedBytes, boolean slow) {
        int most = Math.max(1, slow ? limits.events() / SLOW_SHARE : limits.events());
        if (policy.maxRetries() == 0 || (queued < most && queuedBytes < limits.bytes())) {
            return Optional.empty();
        }
        Failure failure = slow
                // Its patience counts from the first to the last timeout, although this event made no call.
                ? new Failure.Transient(Failure.TIMEOUT, Optional.empty())
                : new Failure.Transient(NO_ROOM, Optional.empty());
        String message = slow ? "its dataset did not respond in time" : "its dataset is busy";
        Duration delay = slow ? grown(history, failure) : book(dataset, queued);
        return Optional.of(
                new Surplus(new FailedAttempt(failure, message, ""), new Decision.Defer(delay, Decision.Cause.BUSY)));
    }

    private Duration grown(History history, Failure failure) {
        Instant now = clock.instant();
        Duration waited = Duration.between(history.since(failure.reason()).orElse(now), now);
        return policy.growing(waited, Optional.empty());
    }

    private Duration book(String dataset, int queued) {
        Pace pace = paces.get(dataset, name -> new Pace());
        Instant now = clock.instant();
        Duration wait;
        synchronized (pace) {
            Instant queueEnds = now.plus(pace.perEvent.multipliedBy(queued));
            Instant after = pace.booked.isAfter(queueEnds) ? pace.booked : queueEnds;
            Instant latest = now.plus(FailurePolicy.LONGEST_DEFERRAL);
            pace.booked = after.isAfter(latest) ? latest : after.plus(pace.perEvent);
            wait = Duration.between(now, pace.booked);
        }
        Duration least = policy.delay(1, Optional.empty());
        return wait.compareTo(least) > 0 ? wait : least;
    }

    /** Reports that events of a dataset have ended; the pace is measured from it. */
    public void ended(String dataset, int events) {
        Pace pace = paces.get(dataset, name -> new Pace());
        Instant now = clock.instant();
        synchronized (pace) {
            Optional<Duration> gap = pace.lastEnd.map(last -> Duration.between(last, now));
            pace.lastEnd = Optional.of(now);
            gap.filter(time -> !time.isNegative() && time.compareTo(LONGEST_GAP) < 0)
                    .map(time -> time.dividedBy(Math.max(1, events)))
                    .ifPresent(sample -> pace.perEvent = smoothed(pace.perEvent, sample));
        }
    }

    private static Duration smoothed(Duration before, Duration sample) {
        Duration mean = before.multipliedBy(3).plus(sample).dividedBy(4);
        return mean.compareTo(FASTEST_PACE) < 0 ? FASTEST_PACE : mean;
    }
}
