package io.webhookmemory.service.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.service.config.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How to connect to Redis, which may be unavailable at any time: then commands fail at once and are never queued.
 *
 * @param username of an ACL user; empty for Redis's default user
 * @param tls empty for a plaintext connection
 * @param timeout limit of one command
 */
public record RedisSettings(
        String host,
        int port,
        int database,
        Optional<String> username,
        Optional<Secret> password,
        Optional<Tls> tls,
        Duration timeout) {

    /**
     * A TLS connection. The server's certificate must be valid for the host name.
     *
     * @param certificateAuthorities PEM file of trusted certificates; empty for those that the JVM trusts
     */
    public record Tls(Optional<Path> certificateAuthorities) {
        private SslOptions options() {
            SslOptions.Builder options = SslOptions.builder();
            certificateAuthorities.ifPresent(file -> options.trustManager(file.toFile()));
            return options.build();
        }
    }

    public static RedisSettings from(SettingsReader settings) {
        Optional<String> username = settings.optional("REDIS_USERNAME");
        Optional<Secret> password = settings.optionalSecret("REDIS_PASSWORD");
        if (username.isPresent() && password.isEmpty()) {
            settings.problem("REDIS_USERNAME needs REDIS_PASSWORD");
        }
        return new RedisSettings(
                settings.text("REDIS_HOST", "localhost"),
                settings.integer("REDIS_PORT", 6379, 1, 65535),
                settings.integer("REDIS_DB", 0, 0, 65535),
                username,
                password,
                tls(settings),
                settings.millis("REDIS_TIMEOUT_MS", 50, 1, 10_000));
    }

    private static Optional<Tls> tls(SettingsReader settings) {
        boolean enabled = settings.flag("REDIS_TLS", false);
        Optional<Path> authorities = settings.optional("REDIS_TLS_CA_FILE").map(Path::of);
        if (authorities.isPresent() && !enabled) {
            settings.problem("REDIS_TLS_CA_FILE needs REDIS_TLS=true");
        }
        authorities
                .filter(file -> !Files.isReadable(file))
                .ifPresent(file -> settings.problem("REDIS_TLS_CA_FILE names " + file + ", which cannot be read"));
        return enabled ? Optional.of(new Tls(authorities)) : Optional.empty();
    }

    /** A client that is not connected yet; the caller shuts it down. */
    public RedisClient newClient() {
        RedisURI.Builder uri = RedisURI.builder()
                .withHost(host)
                .withPort(port)
                .withDatabase(database)
                .withSsl(tls.isPresent())
                .withTimeout(timeout);
        password.map(secret -> secret.value().toCharArray())
                .ifPresent(secret -> username.ifPresentOrElse(
                        name -> uri.withAuthentication(name, secret), () -> uri.withPassword(secret)));
        ClientOptions.Builder options = ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .timeoutOptions(TimeoutOptions.enabled(timeout))
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(Duration.ofSeconds(1))
                        .build());
        tls.map(Tls::options).ifPresent(options::sslOptions);
        RedisClient client = RedisClient.create(uri.build());
        client.setOptions(options.build());
        return client;
    }
}
