package io.webhookmemory.service.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to Redis, which may be unavailable at any time. Lettuce reconnects a lost connection, but not one that
 * was never established, so the first connection is retried in the background. Thread-safe.
 */
public final class RedisLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final long RETRY_MILLIS = 1_000;

    private final RedisClient client;
    private final ScheduledExecutorService connector;
    private volatile StatefulRedisConnection<String, String> connection;
    /** Used by the connecting thread only. */
    private String told;

    public RedisLink(RedisSettings settings) {
        client = settings.newClient();
        connector = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "redis-connect");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts connecting and returns at once. */
    public void start() {
        connector.execute(this::connect);
    }

    private void connect() {
        try {
            connection = client.connect();
            LOG.info("connected to Redis");
        } catch (RedisException e) {
            tell(e);
            connector.schedule(this::connect, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Logs each reason once: a wrong password or certificate needs the operator, and would otherwise look like an
     * outage.
     */
    private void tell(RedisException e) {
        String reason = rootOf(e).getMessage();
        if (!Objects.equals(reason, told)) {
            LOG.atWarn().addKeyValue("reason", reason).log("cannot connect to Redis; trying again");
            told = reason;
        }
    }

    private static Throwable rootOf(Throwable error) {
        return error.getCause() == null ? error : rootOf(error.getCause());
    }

    public boolean isConnected() {
        return connection().isPresent();
    }

    /** Empty while Redis is unavailable. */
    public Optional<StatefulRedisConnection<String, String>> connection() {
        return Optional.ofNullable(connection).filter(StatefulRedisConnection::isOpen);
    }

    /** Commands to send; empty while Redis is unavailable. */
    public Optional<RedisAsyncCommands<String, String>> commands() {
        return connection().map(StatefulRedisConnection::async);
    }

    @Override
    public void close() {
        connector.shutdownNow();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
