package io.webhookmemory.service.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.service.config.SettingsReader;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach Redis, which may be away at any time: commands are refused at once while it is, never queued.
 *
 * @param timeout how long one command may take
 */
public record RedisSettings(String host, int port, int database, Optional<Secret> password, Duration timeout) {

    public static RedisSettings from(SettingsReader settings) {
        return new RedisSettings(
                settings.text("REDIS_HOST", "localhost"),
                settings.integer("REDIS_PORT", 6379, 1, 65535),
                settings.integer("REDIS_DB", 0, 0, 65535),
                settings.optionalSecret("REDIS_PASSWORD"),
                settings.millis("REDIS_TIMEOUT_MS", 50, 1, 10_000));
    }

    /** A client that has not connected yet; the caller shuts it down. */
    public RedisClient newClient() {
        RedisURI.Builder uri = RedisURI.builder()
                .withHost(host)
                .withPort(port)
                .withDatabase(database)
                .withTimeout(timeout);
        password.ifPresent(secret -> uri.withPassword(secret.value().toCharArray()));
        RedisClient client = RedisClient.create(uri.build());
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .timeoutOptions(TimeoutOptions.enabled(timeout))
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(Duration.ofSeconds(1))
                        .build())
                .build());
        return client;
    }
}
