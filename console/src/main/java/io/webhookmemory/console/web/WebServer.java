package io.webhookmemory.console.web;

import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.webhookmemory.console.access.Guard;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.lifecycle.StartupException;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server of the pages. */
public final class WebServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
    private static final int MAX_THREADS = 16;
    private static final int MIN_THREADS = 4;
    private static final int MAX_CONNECTIONS = 256;
    private static final int IDLE_MILLIS = 60_000;
    private static final long MAX_FORM_BYTES = 256 * 1024;

    private final String host;
    private final int port;
    private final Views views;
    private final Javalin server;

    /** @param port 0 for any free port */
    public WebServer(String host, int port, Guard guard, Views views, List<Routes> routes) {
        this.host = host;
        this.port = port;
        this.views = views;
        server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.http.maxRequestSize = MAX_FORM_BYTES;
            config.jetty.threadPool = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
            config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
            config.jetty.modifyServer(jetty -> jetty.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, jetty)));
            config.jetty.addConnector((jetty, http) -> {
                ServerConnector tcp = new ServerConnector(jetty, 1, 1, new HttpConnectionFactory(http));
                tcp.setHost(this.host);
                tcp.setPort(this.port);
                tcp.setIdleTimeout(IDLE_MILLIS);
                return tcp;
            });
            config.routes.before(guard::check);
            routes.forEach(part -> part.addTo(config.routes));
            errors(config.routes);
        });
    }

    private void errors(RoutesConfig routes) {
        routes.exception(
                HttpResponseException.class,
                (e, ctx) -> show(ctx, e.getStatus(), title(e.getStatus()), e.getMessage()));
        routes.exception(InvalidInput.class, (e, ctx) -> show(ctx, 422, "This cannot be used", e.getMessage()));
        routes.exception(KafkaProblem.class, (e, ctx) -> show(ctx, 503, "Kafka cannot be used", e.getMessage()));
        routes.exception(KafkaException.class, (e, ctx) -> {
            LOG.atWarn()
                    .addKeyValue("path", ctx.path())
                    .addKeyValue("reason", e)
                    .log("Kafka failed a page");
            show(
                    ctx,
                    503,
                    "Kafka cannot be used",
                    "Kafka did not respond as expected: " + e.getClass().getSimpleName());
        });
        routes.exception(Exception.class, (e, ctx) -> {
            LOG.atError().addKeyValue("path", ctx.path()).setCause(e).log("page failed");
            show(ctx, 500, "This page failed", "The console's log has the reason.");
        });
    }

    private static String title(int status) {
        return status == 404 ? "Not found" : HttpStatus.forStatus(status).getMessage();
    }

    private void show(Context ctx, int status, String title, String message) {
        ctx.status(status);
        Problem problem = new Problem(status, title, status == 404 ? "There is no such page." : message);
        if (ctx.header("HX-Request") == null) {
            views.page(ctx, "problem", title, "", problem);
        } else {
            views.fragment(ctx, "problemNote", problem);
        }
    }

    /** @throws StartupException if the port cannot be opened */
    public void start() {
        try {
            server.start();
        } catch (RuntimeException e) {
            throw new StartupException("cannot listen on " + host + " port " + port + ": " + e.getMessage(), e);
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
