package io.webhookmemory.zoho.api;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets calls go one after another as Zoho's limits ask: so many a second, so many at once, none while Zoho wants to be
 * left alone or has no credits left. Thread-safe.
 */
final class Throttle {
    /** Credits come back one by one as their 24 hours end; asking whether some have costs none. */
    private static final Duration CREDITS_RETRY = Duration.ofMinutes(1);

    private final Duration patience;
    private final Clock clock;
    private final RateLimiter rate;
    private final Semaphore places;
    private long quietUntilNanos = System.nanoTime();
    private Instant noCreditsUntil = Instant.MIN;

    Throttle(ZohoSettings settings, Clock clock) {
        this.patience = settings.timeout();
        this.clock = clock;
        this.rate = RateLimiter.of(
                "zoho",
                RateLimiterConfig.custom()
                        .limitForPeriod(settings.callsPerSecond())
                        .limitRefreshPeriod(Duration.ofSeconds(1))
                        .timeoutDuration(patience)
                        .build());
        this.places = new Semaphore(settings.concurrency(), true);
    }

    /**
     * Makes the call when its turn has come.
     *
     * @throws ZohoException without having made it, where the turn does not come in time
     */
    <T> T take(String name, Supplier<T> call) {
        if (clock.instant().isBefore(noCreditsUntil())) {
            throw new ZohoException(name, new ZohoFailure.Outage(ZohoFailure.Trouble.CREDITS_EXHAUSTED), null);
        }
        try {
            if (!places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw tooLong(name, Optional.empty());
            }
            try {
                waitWhileQuiet(name);
                if (!rate.acquirePermission()) {
                    throw tooLong(name, Optional.empty());
                }
                return call.get();
            } finally {
                places.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ZohoException(name, new ZohoFailure.Outage(ZohoFailure.Trouble.STOPPING), e);
        }
    }

    /** No call goes for so long, whoever makes it. */
    synchronized void quiet(Duration time) {
        quietUntilNanos = Math.max(quietUntilNanos, System.nanoTime() + time.toNanos());
    }

    synchronized void outOfCredits() {
        noCreditsUntil = clock.instant().plus(CREDITS_RETRY);
    }

    private synchronized Instant noCreditsUntil() {
        return noCreditsUntil;
    }

    private synchronized long quietNanos() {
        return quietUntilNanos - System.nanoTime();
    }

    private void waitWhileQuiet(String name) throws InterruptedException {
        for (long left = quietNanos(); left > 0; left = quietNanos()) {
            if (left > patience.toNanos()) {
                throw tooLong(name, Optional.of(Duration.ofNanos(left)));
            }
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    private static ZohoException tooLong(String name, Optional<Duration> retryAfter) {
        return new ZohoException(name, new ZohoFailure.Transient("zoho_throttled", retryAfter), null);
    }
}
