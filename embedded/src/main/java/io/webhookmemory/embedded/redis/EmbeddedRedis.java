package io.webhookmemory.embedded.redis;

import io.webhookmemory.embedded.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import redis.embedded.RedisServer;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis server as a child process: the {@code redis-server} on the PATH, or else the one that comes with the
 * embedded-redis library. It keeps nothing on disk.
 */
public final class EmbeddedRedis implements AutoCloseable {
    private final int port;
    private RedisServer server;

    private EmbeddedRedis(int port) {
        this.port = port;
    }

    /** On any free port. */
    public static EmbeddedRedis start() {
        return start(FreePort.any());
    }

    public static EmbeddedRedis start(int port) {
        EmbeddedRedis redis = new EmbeddedRedis(port);
        redis.startServer();
        return redis;
    }

    public int port() {
        return port;
    }

    /** Starts the server again after {@link #stopServer()}, empty, on the same port. */
    public void startServer() {
        try {
            server = RedisServer.newRedisServer()
                    .executableProvider(executable())
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("save \"\"")
                    .setting("appendonly no")
                    .build();
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
