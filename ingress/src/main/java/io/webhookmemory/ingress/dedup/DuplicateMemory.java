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
import java.util.stream.Stream;

/**
 * Remembers in Redis what Kafka has acknowledged, so that a repeat can be answered at the door. A courtesy: Redis slow or
 * away means that nothing is remembered, and the stream-processor decides as always. Thread-safe.
 */
public final class DuplicateMemory implements AutoCloseable {
    private static final String IDENTITY_PREFIX = "webhook:processed:";
    /** Holds what an event id was first used for. */
    private static final String EVENT_ID_PREFIX = "webhook:event-id:";

    /**
     * What is remembered of a webhook.
     *
     * @param seen those of its identities that Kafka has
     * @param use what its event id was first used for
     */
    public record Recent(Set<String> seen, Optional<String> use) {
        static final Recent NOTHING = new Recent(Set.of(), Optional.empty());
    }

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
     * @param ttl how long an identity is remembered
     * @param timeout that is configured for Redis
     * @param most what Redis may cost a request even where that is longer; the rest is Kafka's
     */
    public DuplicateMemory(RedisLink redis, Duration ttl, Duration timeout, Duration most) {
        this.redis = redis;
        this.expiry = SetArgs.Builder.nx().ex(ttl);
        this.timeout = timeout.compareTo(most) < 0 ? timeout : most;
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

    /**
     * Completes with what is remembered of a webhook, within the time limit and never exceptionally.
     *
     * @param eventId that the sender gave; empty where it gave none
     */
    public CompletableFuture<Recent> recent(List<String> identities, Optional<String> eventId) {
        String[] keys = Stream.concat(
                        identities.stream().map(IDENTITY_PREFIX::concat), eventId.map(EVENT_ID_PREFIX::concat).stream())
                .toArray(String[]::new);
        return permitted()
                .map(commands -> observed(commands.mget(keys)).thenApply(DuplicateMemory::recent))
                .orElseGet(() -> CompletableFuture.completedFuture(Recent.NOTHING))
                .exceptionally(error -> Recent.NOTHING);
    }

    /** Notes events that Kafka has; called after its acknowledgement, never before. Does not wait. */
    public void remember(List<String> identities) {
        identities.forEach(identity -> set(IDENTITY_PREFIX + identity, "1"));
    }

    /** Notes what an event id was used for, where it was not used before. Does not wait. */
    public void rememberUse(String eventId, String use) {
        set(EVENT_ID_PREFIX + eventId, use);
    }

    private void set(String key, String value) {
        redis.commands()
                .filter(commands -> breaker.getState() != CircuitBreaker.State.OPEN)
                .ifPresent(commands -> commands.set(key, value, expiry));
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

    private static Recent recent(List<KeyValue<String, String>> values) {
        Set<String> seen = new HashSet<>();
        String use = null;
        for (KeyValue<String, String> value : values) {
            if (value.hasValue() && value.getKey().startsWith(IDENTITY_PREFIX)) {
                seen.add(value.getKey().substring(IDENTITY_PREFIX.length()));
            } else if (value.hasValue()) {
                use = value.getValue();
            }
        }
        return new Recent(seen, Optional.ofNullable(use));
    }

    @Override
    public void close() {
        prober.shutdownNow();
    }
}
