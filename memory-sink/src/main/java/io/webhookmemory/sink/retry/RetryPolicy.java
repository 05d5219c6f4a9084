package io.webhookmemory.sink.retry;

import io.webhookmemory.service.config.SettingsReader;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * When a failed event is tried again.
 *
 * @param base delay before the first retry; each further one waits twice as long
 * @param jitter gives numbers from 0 to 1: up to a fifth is added, so that what failed together does not return together
 */
public record RetryPolicy(int maxRetries, Duration base, DoubleSupplier jitter) {
    private static final double LONGEST_SECONDS = 30;
    private static final double JITTER_SHARE = 0.2;

    public static RetryPolicy from(SettingsReader settings, int maxRetries, DoubleSupplier jitter) {
        return new RetryPolicy(maxRetries, settings.seconds("WEBHOOK_RETRY_DELAY_BASE", 2, 0.01, 30), jitter);
    }

    /**
     * The delay before a retry.
     *
     * @param retry 1 for the first
     * @param retryAfter what the other side asked for; the longer of the two holds
     */
    public Duration delay(int retry, Optional<Duration> retryAfter) {
        double seconds = base.toNanos() / 1e9 * Math.pow(2, retry - 1.0) * (1 + JITTER_SHARE * jitter.getAsDouble());
        Duration backoff = Duration.ofNanos(Math.round(Math.min(seconds, LONGEST_SECONDS) * 1e9));
        return retryAfter.filter(asked -> asked.compareTo(backoff) > 0).orElse(backoff);
    }
}
