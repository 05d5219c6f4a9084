package io.webhookmemory.ingress.dedup;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.lettuce.core.KeyValue;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.KeyValueListOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import io.webhookmemory.service.redis.RedisLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The recent event ids in Redis: the identities of events that Kafka has acknowledged. With them, the ingress responds to a
 * duplicate without writing it to Kafka. This check is optional: if Redis is slow or unavailable, no event counts as seen,
 * and the stream-processor drops the duplicates. Thread-safe.
 */
public final class RecentEventIds implements AutoCloseable {
    private static final String IDENTITY_PREFIX = "webhook:processed:";
    /** The value of the key is what the event id was first used for. */
    private static final String EVENT_ID_PREFIX = "webhook:event-id:";

    /**
     * What Redis holds about a webhook.
     *
     * @param seen the identities of its seen events
     * @param use what its event id was first used for
     */
    public record Recent(Set<String> seen, Optional<String> use) {
        static final Recent NONE = new Recent(Set.of(), Optional.empty());
    }

    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);
    /** A single slow response on a busy machine is not an outage. */
    private static final int OUTAGE_FAILURES = 3;

    private final RedisLink redis;
    private final SetArgs expiry;
    private final Duration timeout;
    // If Redis hangs, every request would wait for the timeout. After a few timeouts, the breaker opens for a second.
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
    /** The commands that add identities. One write for two steps of a webhook costs half as much as two. */
    private final Queue<RedisCommand<String, String, ?>> unsent = new ConcurrentLinkedQueue<>();

    private final AtomicInteger failuresInARow = new AtomicInteger();

    /**
     * @param ttl how long Redis keeps an identity
     * @param timeout the configured Redis timeout
     * @param max the upper bound of the timeout; leaves the rest of a request's time to Kafka
     */
    public RecentEventIds(RedisLink redis, Duration ttl, Duration timeout, Duration max) {
        this.redis = redis;
        this.expiry = SetArgs.Builder.nx().ex(ttl);
        this.timeout = timeout.compareTo(max) < 0 ? timeout : max;
    }

    /** Starts to probe Redis every second. Without the probe, an outage would not be detected while no webhooks arrive. */
    public void start() {
        prober.scheduleWithFixedDelay(
                this::probe, PROBE_INTERVAL.toMillis(), PROBE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** False if there is no connection, or after several consecutive requests without a response. */
    public boolean isConnected() {
        return redis.isConnected() && failuresInARow.get() < OUTAGE_FAILURES;
    }

    /**
     * Completes with what Redis holds about a webhook, within the timeout and never exceptionally.
     *
     * @param eventId the sender's event id; empty if it sent none
     */
    public CompletableFuture<Recent> lookUp(List<String> identities, Optional<String> eventId) {
        List<String> keys = Stream.concat(
                        identities.stream().map(IDENTITY_PREFIX::concat), eventId.map(EVENT_ID_PREFIX::concat).stream())
                .toList();
        return permittedConnection()
                .map(connection -> send(connection, getCommand(keys)).thenApply(RecentEventIds::parse))
                .orElseGet(() -> CompletableFuture.completedFuture(Recent.NONE))
                .exceptionally(error -> Recent.NONE);
    }

    /**
     * Adds the identities of a webhook's events, and what its event id was used for, unless a use is stored already.
     * Called only after Kafka's acknowledgement. Does not wait: they are sent just before the next command, within a
     * second. If this process is killed first, the stream-processor drops the duplicates.
     *
     * @param eventId the sender's event id; empty if it sent none
     */
    public void add(List<String> identities, Optional<String> eventId, String use) {
        if (isPermitted()) {
            identities.forEach(identity -> unsent.add(setCommand(IDENTITY_PREFIX + identity, "1")));
            eventId.ifPresent(id -> unsent.add(setCommand(EVENT_ID_PREFIX + id, use)));
        }
    }

    private boolean isPermitted() {
        return redis.isConnected() && breaker.getState() != CircuitBreaker.State.OPEN;
    }

    private static AsyncCommand<String, String, List<KeyValue<String, String>>> getCommand(List<String> keys) {
        return new AsyncCommand<>(new Command<>(
                CommandType.MGET,
                new KeyValueListOutput<>(StringCodec.UTF8, keys),
                new CommandArgs<>(StringCodec.UTF8).addKeys(keys)));
    }

    private RedisCommand<String, String, String> setCommand(String key, String value) {
        CommandArgs<String, String> arguments =
                new CommandArgs<>(StringCodec.UTF8).addKey(key).addValue(value);
        expiry.build(arguments);
        return new Command<>(CommandType.SET, new StatusOutput<>(StringCodec.UTF8), arguments);
    }

    private CompletableFuture<String> probe() {
        return permittedConnection()
                .map(connection -> send(
                        connection,
                        new AsyncCommand<>(new Command<String, String, String>(
                                CommandType.PING, new StatusOutput<>(StringCodec.UTF8)))))
                .orElseGet(() -> CompletableFuture.completedFuture(""))
                .exceptionally(error -> "");
    }

    private Optional<StatefulRedisConnection<String, String>> permittedConnection() {
        return redis.connection().filter(connection -> breaker.tryAcquirePermission());
    }

    /** Sends the identities that wait, and the command, in one write to the connection. */
    private <T> CompletableFuture<T> send(
            StatefulRedisConnection<String, String> connection, AsyncCommand<String, String, T> command) {
        List<RedisCommand<String, String, ?>> commands = new ArrayList<>();
        for (RedisCommand<String, String, ?> set = unsent.poll(); set != null; set = unsent.poll()) {
            commands.add(set);
        }
        commands.add(command);
        connection.dispatch(commands);
        return observed(command);
    }

    // Lettuce's own timeout is only as precise as its timer's tick, 100 ms; this one is exact.
    private <T> CompletableFuture<T> observed(CompletionStage<T> response) {
        return response.toCompletableFuture()
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

    private static Recent parse(List<KeyValue<String, String>> values) {
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

    /** Sends the identities that wait, and waits for Redis at most the timeout. */
    @Override
    public void close() {
        prober.shutdownNow();
        probe().join();
    }
}
