package io.webhookmemory.sink.retry;

import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.sink.OutageGate;
import io.webhookmemory.sink.failure.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * When a failed event is tried again.
 *
 * <p>A timeout says little of the event: while Cognee builds a dataset's graph, every other call to that dataset waits.
 * So timeouts are no attempts for as long as such a run may take.
 *
 * @param base delay before the first retry; each further one waits twice as long
 * @param patience for how long after the first of an unbroken run of timeouts they do not count
 * @param jitter gives numbers from 0 to 1: up to a fifth is added, so that what failed together does not return together
 */
public record RetryPolicy(int maxRetries, Duration base, Duration patience, DoubleSupplier jitter) {
    private static final Duration LONGEST = Duration.ofSeconds(30);
    /** As long as an outage's gate waits at most before it lets one through. */
    private static final Duration SHORTLY = OutageGate.LONGEST_PAUSE;

    private static final double JITTER_SHARE = 0.2;

    public static RetryPolicy from(SettingsReader settings, int maxRetries, Duration patience, DoubleSupplier jitter) {
        return new RetryPolicy(maxRetries, settings.seconds("WEBHOOK_RETRY_DELAY_BASE", 2, 0.01, 30), patience, jitter);
    }

    /**
     * Whether to try again without counting the failure.
     *
     * @param since the first of an unbroken run of timeouts; empty where this is it
     */
    boolean isPatientWith(Failure.Transient failure, Optional<Instant> since, Instant now) {
        boolean recent = since.isEmpty() || since.get().plus(patience).isAfter(now);
        return maxRetries > 0 && failure.reason().equals(Failure.TIMEOUT) && recent;
    }

    /**
     * The delay before a retry.
     *
     * @param retry 1 for the first
     * @param retryAfter what the other side asked for; the longer of the two holds
     */
    public Duration delay(int retry, Optional<Duration> retryAfter) {
        double seconds = base.toNanos() / 1e9 * Math.pow(2, retry - 1.0) * (1 + JITTER_SHARE * jitter.getAsDouble());
        Duration backoff = Duration.ofNanos(Math.round(Math.min(seconds * 1e9, (double) LONGEST.toNanos())));
        return longer(backoff, retryAfter);
    }

    /**
     * The delay of an event that is put off again after it has waited so long: up to half of that, within the limits, and
     * each another, so that what was put off together comes back one by one.
     *
     * @param retryAfter what the other side asked for; the longest of all holds
     */
    Duration putOff(Duration waited, Optional<Duration> retryAfter) {
        double nanos = Math.min(waited.toNanos() / 2.0, (double) LONGEST.toNanos()) * jitter.getAsDouble();
        return longer(delay(1, Optional.of(Duration.ofNanos(Math.round(nanos)))), retryAfter);
    }

    /** The delay of an event that is put off in an outage, which may end any moment. */
    Duration shortly(Optional<Duration> retryAfter) {
        Duration delay = delay(1, Optional.empty());
        return longer(delay.compareTo(SHORTLY) > 0 ? SHORTLY : delay, retryAfter);
    }

    private static Duration longer(Duration delay, Optional<Duration> asked) {
        return asked.filter(longer -> longer.compareTo(delay) > 0).orElse(delay);
    }
}
