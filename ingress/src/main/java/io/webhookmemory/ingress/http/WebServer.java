package io.webhookmemory.ingress.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.json.JavalinJackson;
import io.webhookmemory.ingress.IngressSettings;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.topics.wire.Json;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The public HTTP server: its limits and its routes. */
public final class WebServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
    private static final String WEBHOOKS = "/webhooks/zoho";
    private static final int ASYNC_GRACE_MILLIS = 2_000;
    private static final int IDLE_GRACE_MILLIS = 5_000;
    private static final int MAX_HEADER_BYTES = 8 * 1024;
    /** Connections that the kernel keeps until they are accepted; Java's default of 50 resets the rest of a burst. */
    private static final int ACCEPT_QUEUE = 1024;
    /** Of each connection, in the kernel; responses are small, and megabytes for a client that does not read are a waste. */
    private static final int SEND_BUFFER_BYTES = 64 * 1024;

    private final IngressSettings settings;
    private final BodyMemory bodies;
    private final Javalin server;

    /** @param threads start and stop with the server */
    public WebServer(
            IngressSettings settings, WebhookHandler webhooks, StatusHandlers status, QueuedThreadPool threads) {
        this.settings = settings;
        this.bodies = new BodyMemory(settings.limits().maxBodiesBytes());
        server = Javalin.create(config -> {
            config.jetty.threadPool = threads;
            jetty(config, webhooks);
            config.startup.showJavalinBanner = false;
            // The handler bounds its own waiting; this is for what it did not think of.
            config.http.asyncTimeout = settings.ackTimeout().toMillis() + ASYNC_GRACE_MILLIS;
            // The answers are too small to gain by it.
            config.http.compressionStrategy = CompressionStrategy.NONE;
            config.http.prefer405over404 = true;
            config.jsonMapper(new JavalinJackson(Json.MAPPER, false));
            errors(config.routes);
            config.routes.post(WEBHOOKS, webhooks::handle);
            get(config.routes, "/webhooks/health", status::health);
            get(config.routes, "/webhooks/metrics", status::metrics);
            get(config.routes, ApiDocument.PATH, new ApiDocument()::serve);
        });
    }

    /** HEAD is routed too: where it is not, Javalin answers 200 without asking the handler. */
    private static void get(RoutesConfig routes, String path, Handler handler) {
        routes.get(path, handler);
        routes.head(path, handler);
    }

    private static void errors(RoutesConfig routes) {
        routes.exception(MethodNotAllowedResponse.class, (e, ctx) -> {
            ctx.header("Allow", String.join(", ", e.getDetails().values()));
            Problem.answer(ctx, e.getStatus());
        });
        routes.exception(HttpResponseException.class, (e, ctx) -> Problem.answer(ctx, e.getStatus()));
        routes.exception(Exception.class, (e, ctx) -> {
            LOG.error("request failed", e);
            Problem.INTERNAL.answer(ctx);
        });
        // The only error without a result is Javalin's asynchronous timeout, which it would answer with a bare 500.
        routes.error(HttpStatus.INTERNAL_SERVER_ERROR_500, ctx -> {
            if (ctx.resultInputStream() == null) {
                Problem.NOT_ACKNOWLEDGED.answer(ctx);
            }
        });
    }

    private void jetty(JavalinConfig config, WebhookHandler webhooks) {
        IngressSettings.Limits limits = settings.limits();
        BodyGathering gathering = new BodyGathering(
                new BodyGathering.Limits(settings.maxBodyBytes(), limits.bodyTime()), bodies, webhooks::refusedUnread);
        WaitingConnections waiting = new WaitingConnections(
                limits.idleTime(), limits.headTime(), new BufferedResponses(limits.responseTime(), bodies, gathering));
        GracefulHandler graceful = new GracefulHandler(waiting);
        graceful.setShutdownIdleTimeout(settings.ackTimeout().toMillis() + IDLE_GRACE_MILLIS);
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setRequestHeaderSize(MAX_HEADER_BYTES);
        });
        config.jetty.modifyServer(jetty -> {
            jetty.addBean(new NetworkConnectionLimit(settings.limits().maxConnections(), jetty));
            jetty.setErrorHandler(new ProblemErrors(webhooks::malformed));
            jetty.setHandler(graceful);
            jetty.setStopTimeout(settings.service().shutdownTimeout().toMillis());
        });
        config.jetty.addConnector((jetty, http) -> {
            ServerConnector tcp = new ServerConnector(jetty, new HttpConnectionFactory(http));
            tcp.setHost(settings.host());
            tcp.setPort(settings.port());
            tcp.setAcceptQueueSize(ACCEPT_QUEUE);
            tcp.setAcceptedSendBufferSize(SEND_BUFFER_BYTES);
            // What is less than these is bounded by WaitingConnections and BodyGathering, to the total and not by byte.
            tcp.setIdleTimeout(Math.max(
                            settings.limits().idleTime().toMillis(),
                            Math.max(
                                    settings.limits().bodyTime().toMillis(),
                                    settings.ackTimeout().toMillis()))
                    + IDLE_GRACE_MILLIS);
            tcp.addBean(waiting, false);
            return tcp;
        });
    }

    public void start() {
        try {
            server.start();
        } catch (RuntimeException e) {
            throw new StartupException("cannot listen for webhooks: " + e.getMessage(), e);
        }
    }

    public int port() {
        return server.port();
    }

    /** What bodies hold in memory, in bytes. */
    public double bodyBytes() {
        return bodies.used();
    }

    @Override
    public void close() {
        server.stop();
    }
}
