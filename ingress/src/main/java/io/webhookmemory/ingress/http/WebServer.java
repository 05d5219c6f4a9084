package io.webhookmemory.ingress.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.json.JavalinJackson;
import io.webhookmemory.ingress.IngressSettings;
import io.webhookmemory.service.json.Json;
import io.webhookmemory.service.lifecycle.StartupException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The public HTTP server: its limits and its routes. */
public final class WebServer implements AutoCloseable {
    private static final int MAX_THREADS = 32;
    private static final int MIN_THREADS = 8;
    private static final int IDLE_TIMEOUT_MILLIS = 30_000;
    private static final int ASYNC_GRACE_MILLIS = 30_000;
    private static final int MAX_HEADER_BYTES = 8 * 1024;

    private static final int FRAMING_OVERHEAD_BYTES = 16;

    private final Javalin server;

    public WebServer(IngressSettings settings, WebhookHandler webhooks, StatusHandlers status) {
        server = Javalin.create(config -> {
            jetty(config, settings, webhooks);
            config.startup.showJavalinBanner = false;
            // The handler bounds its own waiting; this is for what it did not think of.
            config.http.asyncTimeout = settings.ackTimeout().toMillis() + ASYNC_GRACE_MILLIS;
            config.jetty.timeoutStatus = 503;
            config.jsonMapper(new JavalinJackson(Json.MAPPER, false));
            config.routes.post("/webhooks/zoho", webhooks::handle);
            config.routes.get("/webhooks/health", status::health);
            config.routes.get("/webhooks/metrics", status::metrics);
        });
    }

    private static void jetty(JavalinConfig config, IngressSettings settings, WebhookHandler webhooks) {
        config.jetty.host = settings.host();
        config.jetty.port = settings.port();
        config.jetty.threadPool = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setSendDateHeader(false);
            http.setRequestHeaderSize(MAX_HEADER_BYTES);
            http.setIdleTimeout(IDLE_TIMEOUT_MILLIS);
        });
        // A body is gathered before it takes a thread: slow senders cost a connection each, and no more.
        Handler gatherBodies = new EagerContentHandler(new EagerContentHandler.RetainedContentLoaderFactory(
                settings.maxBodyBytes() + 1L, FRAMING_OVERHEAD_BYTES, false));
        config.jetty.modifyServer(jetty -> jetty.setHandler(
                new DeclaredLengthLimit(settings.maxBodyBytes(), webhooks::refusedUnread, gatherBodies)));
    }

    public void start() {
        try {
            server.start();
        } catch (RuntimeException e) {
            throw new StartupException("cannot listen for webhooks: " + e.getMessage(), e);
        }
        for (org.eclipse.jetty.server.Connector connector :
                server.jettyServer().server().getConnectors()) {
            if (connector instanceof ServerConnector tcp) {
                tcp.setIdleTimeout(IDLE_TIMEOUT_MILLIS);
            }
        }
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }
}
