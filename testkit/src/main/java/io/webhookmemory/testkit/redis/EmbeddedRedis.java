package io.webhookmemory.testkit.redis;

import io.webhookmemory.testkit.net.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import redis.embedded.RedisServer;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.core.RedisServerBuilder;

/**
 * A real Redis server as a child process: the {@code redis-server} on the PATH, or else the one of the embedded-redis
 * library. It stores nothing on disk.
 */
public final class EmbeddedRedis implements AutoCloseable {
    private final int port;
    private final List<String> settings;
    private RedisServer server;

    private EmbeddedRedis(int port, List<String> settings) {
        this.port = port;
        this.settings = settings;
    }

    /** On any free port. */
    public static EmbeddedRedis start() {
        return start(FreePort.any());
    }

    public static EmbeddedRedis start(int port) {
        return start(port, List.of());
    }

    /**
     * With further settings.
     *
     * @param settings lines of redis.conf
     */
    public static EmbeddedRedis start(int port, List<String> settings) {
        EmbeddedRedis redis = new EmbeddedRedis(port, settings);
        redis.startServer();
        return redis;
    }

    public int port() {
        return port;
    }

    /** Starts the server again after {@link #stopServer()}, empty, on the same port. */
    public void startServer() {
        try {
            RedisServerBuilder builder = RedisServer.newRedisServer()
                    .executableProvider(executable())
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("save \"\"")
                    .setting("appendonly no");
            settings.forEach(builder::setting);
            server = builder.build();
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start redis-server on port " + port, e);
        }
    }

    public void stopServer() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ExecutableProvider executable() {
        try {
            return ExecutableProvider.newExecutableInPath("redis-server");
        } catch (IOException e) {
            return ExecutableProvider.newJarResourceProvider();
        }
    }

    @Override
    public void close() {
        stopServer();
    }
}
