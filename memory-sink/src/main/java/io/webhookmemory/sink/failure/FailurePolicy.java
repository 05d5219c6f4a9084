package io.webhookmemory.sink.failure;

import io.webhookmemory.cognee.Failure;
import io.webhookmemory.service.config.SettingsReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * Decides what to do about a failure: the table in {@code docs/failures.md}, whose rows are {@link Rule}. It makes no
 * calls and has no state, except that some rows ask the target for its health.
 *
 * <p>The principle: a record is at fault if it keeps failing while others succeed, more often than the target's own
 * failure rate explains. Everything else is the target's fault, and uses no retry.
 *
 * @param maxRetries 0 if there are no retry topics
 * @param base delay before the first retry; each further one is twice as long
 * @param patience how long a dataset may be busy: as long as building its graph may take
 * @param jitter supplies numbers from 0 to 1
 */
public record FailurePolicy(int maxRetries, Duration base, Duration patience, DoubleSupplier jitter) {
    /** The longest delay of a retry, unless the target asks for more. */
    static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
    /** The longest delay of an event that has been deferred repeatedly. */
    static final Duration LONGEST_DEFERRAL = Duration.ofMinutes(5);
    /** How long an event of a busy dataset is held in memory before it is deferred. */
    static final Duration HOLD_BUSY = Duration.ofMinutes(1);
    /**
     * The longest time for which a breaker stays open, unless the target asks for more; also the pause of a busy
     * dataset.
     */
    public static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);
    /** If a healthy record would fail like this with less than this probability, the record is at fault. */
    static final double UNLIKELY = 1e-6;
    /** Adds up to a fifth to a retry's delay, so that events that failed together are not retried together. */
    private static final double JITTER_SHARE = 0.2;

    /**
     * Reads {@code WEBHOOK_RETRY_DELAY_BASE}.
     *
     * @param maxRetries the number of retry topics
     */
    public static FailurePolicy from(
            SettingsReader settings, int maxRetries, Duration patience, DoubleSupplier jitter) {
        return new FailurePolicy(
                maxRetries, settings.seconds("WEBHOOK_RETRY_DELAY_BASE", 2, 0.01, 30), patience, jitter);
    }

    /**
     * The same policy for calls that do not wait for a dataset's lock: a run that builds a graph holds the lock itself.
     */
    public FailurePolicy withoutPatience() {
        return new FailurePolicy(maxRetries, base, Duration.ZERO, jitter);
    }

    public Decision decide(Failure failure, History history, TargetState target, Instant now) {
        Rule.Case of = new Rule.Case(failure, history, target, now, this);
        return Rule.of(of).decide(of);
    }

    /**
     * The delay before a retry.
     *
     * @param retry 1 for the first
     * @param retryAfter as requested by the target; the longer of the two applies
     */
    public Duration delay(int retry, Optional<Duration> retryAfter) {
        double seconds = base.toNanos() / 1e9 * Math.pow(2, retry - 1.0) * (1 + JITTER_SHARE * jitter.getAsDouble());
        return longer(nanos(Math.min(seconds * 1e9, (double) LONGEST_RETRY.toNanos())), retryAfter);
    }

    /**
     * The delay of an event that is deferred again after it has waited for the given time: half of that to all of it,
     * so that the number of deferrals grows with the logarithm of the time.
     */
    Duration growing(Duration waited, Optional<Duration> retryAfter) {
        double share = (1 + jitter.getAsDouble()) / 2;
        Duration grown = nanos(Math.min(waited.toNanos() * share, (double) LONGEST_DEFERRAL.toNanos()));
        return longer(longer(delay(1, Optional.empty()), Optional.of(grown)), retryAfter);
    }

    /** The delay of an event that is deferred in an outage, which may end at any time. */
    Duration shortly(Optional<Duration> retryAfter) {
        Duration delay = delay(1, Optional.empty());
        return longer(delay.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : delay, retryAfter);
    }

    /** How long no call for a busy dataset is made. */
    Duration pause(Optional<Duration> retryAfter) {
        return longer(LONGEST_PAUSE, retryAfter);
    }

    private static Duration nanos(double nanos) {
        return Duration.ofNanos(Math.round(nanos));
    }

    private static Duration longer(Duration delay, Optional<Duration> asked) {
        return asked.filter(longer -> longer.compareTo(delay) > 0).orElse(delay);
    }
}
