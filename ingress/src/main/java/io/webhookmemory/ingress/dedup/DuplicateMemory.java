package io.webhookmemory.ingress.dedup;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.lettuce.core.KeyValue;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.webhookmemory.service.redis.RedisLink;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Remembers in Redis what Kafka has acknowledged, so that a repeat can be answered at the door. A courtesy: Redis slow or
 * away means that nothing is remembered, and the stream-processor decides as always. Thread-safe.
 */
public final class DuplicateMemory implements AutoCloseable {
    private static final String KEY_PREFIX = "webhook:processed:";
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);
    /** One slow response on a busy machine is no outage. */
    private static final int FAILURES_OF_AN_OUTAGE = 3;

    private final RedisLink redis;
    private final SetArgs expiry;
    private final Duration timeout;
    // A Redis that hangs would cost every request the time limit; after a few of those it is left alone for a second.
    private final CircuitBreaker breaker = CircuitBreaker.of(
            "redis",
            CircuitBreakerConfig.custom()
                    .slidingWindowSize(10)
                    .minimumNumberOfCalls(5)
                    .failureRateThreshold(50)
                    .waitDurationInOpenState(Duration.ofSeconds(1))
                    .permittedNumberOfCallsInHalfOpenState(2)
                    .build());
    private final ScheduledExecutorService prober = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "redis-probe");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicInteger failuresInARow = new AtomicInteger();

    /**
     * @param ttl how long an id is remembered
     * @param timeout what Redis may cost a request
     */
    public DuplicateMemory(RedisLink redis, Duration ttl, Duration timeout) {
        this.redis = redis;
        this.expiry = SetArgs.Builder.nx().ex(ttl);
        this.timeout = timeout;
    }

    /** Begins to ask Redis every second whether it answers: without it nobody would notice while no webhooks come. */
    public void start() {
        prober.scheduleWithFixedDelay(
                this::probe, PROBE_INTERVAL.toMillis(), PROBE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** False if there is no connection, or if Redis did not answer several times in a row. */
    public boolean isConnected() {
        return redis.isConnected() && failuresInARow.get() < FAILURES_OF_AN_OUTAGE;
    }

    /** Completes with those of the ids that were seen before, within the time limit and never exceptionally. */
    public CompletableFuture<Set<String>> seen(List<String> eventIds) {
        String[] keys = eventIds.stream().map(KEY_PREFIX::concat).toArray(String[]::new);
        return permitted()
                .map(commands -> observed(commands.mget(keys)).thenApply(DuplicateMemory::ids))
                .orElseGet(() -> CompletableFuture.completedFuture(Set.of()))
                .exceptionally(error -> Set.of());
    }

    /** Notes events that Kafka has; called after its acknowledgement, never before. Does not wait. */
    public void remember(List<String> eventIds) {
        redis.commands().ifPresent(commands -> {
            if (breaker.getState() != CircuitBreaker.State.OPEN) {
                eventIds.forEach(id -> commands.set(KEY_PREFIX + id, "1", expiry));
            }
        });
    }

    private void probe() {
        permitted().ifPresent(commands -> observed(commands.ping()));
    }

    private Optional<RedisAsyncCommands<String, String>> permitted() {
        return redis.commands().filter(commands -> breaker.tryAcquirePermission());
    }

    // Lettuce's own time limit is as coarse as its timer's tick, a tenth of a second; this one is exact.
    private <T> CompletableFuture<T> observed(CompletionStage<T> answer) {
        return answer.toCompletableFuture()
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((value, error) -> {
                    if (error == null) {
                        failuresInARow.set(0);
                        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
                    } else {
                        failuresInARow.incrementAndGet();
                        breaker.onError(0, TimeUnit.NANOSECONDS, error);
                    }
                });
    }

    private static Set<String> ids(List<KeyValue<String, String>> values) {
        Set<String> ids = new HashSet<>();
        values.forEach(value -> {
            if (value.hasValue()) {
                ids.add(value.getKey().substring(KEY_PREFIX.length()));
            }
        });
        return ids;
    }

    @Override
    public void close() {
        prober.shutdownNow();
    }
}
