package io.webhookmemory.ingress.dedup;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.lettuce.core.KeyValue;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.webhookmemory.service.redis.RedisLink;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Remembers in Redis what Kafka has acknowledged, so that a repeat can be answered at the door. A courtesy: Redis slow or
 * away means that nothing is remembered, and the stream-processor decides as always. Thread-safe.
 */
public final class DuplicateMemory {
    private static final String KEY_PREFIX = "webhook:processed:";

    private final RedisLink redis;
    private final SetArgs expiry;
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

    public DuplicateMemory(RedisLink redis, Duration ttl) {
        this.redis = redis;
        this.expiry = SetArgs.Builder.nx().ex(ttl);
    }

    public boolean isConnected() {
        return redis.isConnected() && breaker.getState() != CircuitBreaker.State.OPEN;
    }

    /** Completes with the ids that were seen before, within Redis's time limit and never exceptionally. */
    public CompletableFuture<Set<String>> seen(List<WebhookEvent> events) {
        Optional<RedisAsyncCommands<String, String>> commands = redis.commands();
        if (commands.isEmpty() || !breaker.tryAcquirePermission()) {
            return CompletableFuture.completedFuture(Set.of());
        }
        String[] keys = events.stream().map(DuplicateMemory::key).toArray(String[]::new);
        return commands.get().mget(keys).toCompletableFuture().handle((values, error) -> {
            if (error != null) {
                breaker.onError(0, TimeUnit.NANOSECONDS, error);
                return Set.of();
            }
            breaker.onSuccess(0, TimeUnit.NANOSECONDS);
            return ids(values);
        });
    }

    /** Notes events that Kafka has; called after its acknowledgement, never before. Does not wait. */
    public void remember(List<WebhookEvent> events) {
        redis.commands().ifPresent(commands -> {
            if (breaker.getState() != CircuitBreaker.State.OPEN) {
                events.forEach(event -> commands.set(key(event), "1", expiry));
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

    private static String key(WebhookEvent event) {
        return KEY_PREFIX + event.eventId();
    }
}
