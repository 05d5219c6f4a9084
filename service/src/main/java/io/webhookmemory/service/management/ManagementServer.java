package io.webhookmemory.service.management;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.webhookmemory.service.json.Json;
import io.webhookmemory.service.lifecycle.StartupException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The port for probes and Prometheus, apart from the service's own so that it can stay closed to the outside.
 *
 * <ul>
 *   <li>{@code /livez}: 200 as long as the process answers; it depends on nothing else, so that an outage of Kafka does
 *       not make an orchestrator restart healthy processes.
 *   <li>{@code /readyz}: 200 or 503, with every component's state.
 *   <li>{@code /metrics}: Prometheus text.
 * </ul>
 */
public final class ManagementServer implements AutoCloseable {
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService executor;

    /** @param port 0 for any free one */
    public ManagementServer(String service, int port, Health health, PrometheusMeterRegistry metrics) {
        try {
            server = HttpServer.create(new InetSocketAddress(port), 0);
        } catch (IOException e) {
            throw new StartupException("management port " + port + " of " + service + ": " + e.getMessage(), e);
        }
        executor = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "management");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(executor);
        server.createContext("/livez", exchange -> answer(exchange, 200, "text/plain", "alive\n"));
        server.createContext("/readyz", exchange -> {
            Health.Report report = health.report();
            answer(exchange, report.ready() ? 200 : 503, "application/json", Json.MAPPER.writeValueAsString(report));
        });
        server.createContext("/metrics", exchange -> answer(exchange, 200, PROMETHEUS_TEXT, metrics.scrape()));
    }

    public void start() {
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private static void answer(HttpExchange exchange, int status, String contentType, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", contentType);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
