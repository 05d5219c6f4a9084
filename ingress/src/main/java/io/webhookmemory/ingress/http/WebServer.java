package io.webhookmemory.ingress.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.json.JavalinJackson;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.topics.json.Json;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The public HTTP server: its limits and its routes. */
public final class WebServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
    private static final String WEBHOOKS = "/webhooks/zoho";
    private static final int IDLE_GRACE_MILLIS = 5_000;
    private static final int MAX_HEADER_BYTES = 8 * 1024;
    /** The listen backlog in the kernel. With Java's default of 50, the rest of a burst of connections is reset. */
    private static final int ACCEPT_QUEUE = 1024;
    /** Per connection, in the kernel. Responses are small; a client that does not read must not occupy megabytes. */
    private static final int SEND_BUFFER_BYTES = 64 * 1024;

    private static final int ACCEPTORS = 1;

    private static final int SELECTORS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    /** Threads that accept, select and open connections. */
    private static final int CONNECTOR_THREADS = ACCEPTORS + SELECTORS + 2;

    /** Leaves half of the processors to small webhooks, regardless of the number of large bodies. */
    private static final int LARGE_BODY_THREADS =
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private final HttpSettings settings;
    private final Duration ackTimeout;
    private final Duration shutdownTimeout;
    private final BodyMemory bodies;
    private final ExecutorService largeBodyExecutor = Executors.newFixedThreadPool(LARGE_BODY_THREADS, task -> {
        Thread thread = new Thread(task, "large-bodies");
        thread.setDaemon(true);
        return thread;
    });
    private final Javalin server;

    /** @param threads start and stop with the server */
    public WebServer(
            HttpSettings settings,
            Duration ackTimeout,
            Duration shutdownTimeout,
            WebhookHandler webhooks,
            StatusHandlers status,
            QueuedThreadPool threads) {
        this.settings = settings;
        this.ackTimeout = ackTimeout;
        this.shutdownTimeout = shutdownTimeout;
        this.bodies = new BodyMemory(settings.limits().maxBodiesBytes());
        server = Javalin.create(config -> {
            config.jetty.threadPool = threads;
            jetty(config, webhooks);
            config.startup.showJavalinBanner = false;
            // The handler limits the time of each of its steps. Javalin's own limit would be a second writer of the
            // response: in a
            // process that was frozen, both are exceeded at once.
            config.http.asyncTimeout = 0;
            // The responses are too small to benefit.
            config.http.compressionStrategy = CompressionStrategy.NONE;
            config.http.prefer405over404 = true;
            config.jsonMapper(new JavalinJackson(Json.MAPPER, false));
            errors(config.routes);
            config.routes.post(WEBHOOKS, webhooks::handle);
            config.routes.post(WEBHOOKS + "/{module}/{operation}", webhooks::handle);
            get(config.routes, "/webhooks/health", status::health);
            get(config.routes, "/webhooks/metrics", status::metrics);
            get(config.routes, ApiDocument.PATH, new ApiDocument()::serve);
        });
    }

    /** Routes HEAD too: otherwise Javalin responds 200 to it without calling the handler. */
    private static void get(RoutesConfig routes, String path, Handler handler) {
        routes.get(path, handler);
        routes.head(path, handler);
    }

    private static void errors(RoutesConfig routes) {
        routes.exception(MethodNotAllowedResponse.class, (e, ctx) -> {
            ctx.header("Allow", String.join(", ", e.getDetails().values()));
            Problem.respond(ctx, e.getStatus());
        });
        routes.exception(HttpResponseException.class, (e, ctx) -> Problem.respond(ctx, e.getStatus()));
        routes.exception(Exception.class, (e, ctx) -> {
            LOG.error("request failed", e);
            Problem.INTERNAL.respond(ctx);
        });
    }

    private void jetty(JavalinConfig config, WebhookHandler webhooks) {
        HttpSettings.Limits limits = settings.limits();
        BodyGathering gathering = new BodyGathering(
                new BodyGathering.Limits(limits.maxBodyBytes(), limits.bodyTime()),
                bodies,
                largeBodyExecutor,
                webhooks::countRefused);
        WaitingConnections waiting = new WaitingConnections(
                limits.idleTime(), limits.headTime(), new BufferedResponses(limits.responseTime(), bodies, gathering));
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setRequestHeaderSize(MAX_HEADER_BYTES);
        });
        config.jetty.modifyServer(jetty -> {
            jetty.addBean(new NetworkConnectionLimit(settings.limits().maxConnections(), jetty));
            jetty.setDynamic(false);
            jetty.setErrorHandler(new ProblemErrors(webhooks::countMalformed));
            jetty.setHandler(waiting);
            jetty.setStopTimeout(shutdownTimeout.toMillis());
        });
        config.jetty.addConnector((jetty, http) -> {
            ServerConnector tcp = new ServerConnector(
                    jetty,
                    new QueuedThreadPool(CONNECTOR_THREADS),
                    null,
                    null,
                    ACCEPTORS,
                    SELECTORS,
                    new HttpConnectionFactory(http));
            tcp.setHost(settings.host());
            tcp.setPort(settings.port());
            tcp.setAcceptQueueSize(ACCEPT_QUEUE);
            tcp.setAcceptedSendBufferSize(SEND_BUFFER_BYTES);
            // WaitingConnections and BodyGathering enforce the limits on total times; this is the upper bound between
            // two bytes.
            tcp.setIdleTimeout(Math.max(
                            settings.limits().idleTime().toMillis(),
                            Math.max(settings.limits().bodyTime().toMillis(), ackTimeout.toMillis()))
                    + IDLE_GRACE_MILLIS);
            // Requests in flight at shutdown keep their own limits; Jetty's default is one second.
            tcp.setShutdownIdleTimeout(tcp.getIdleTimeout());
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

    Server jetty() {
        return server.jettyServer().server();
    }

    public int port() {
        return server.port();
    }

    /** The memory that bodies occupy, in bytes. */
    public double bodyBytes() {
        return bodies.used();
    }

    @Override
    public void close() {
        server.stop();
        largeBodyExecutor.shutdownNow();
    }
}
