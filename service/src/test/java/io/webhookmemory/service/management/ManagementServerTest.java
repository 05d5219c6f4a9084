package io.webhookmemory.service.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.webhookmemory.service.lifecycle.Lifecycle;
import io.webhookmemory.service.lifecycle.LifecycleState;
import io.webhookmemory.service.lifecycle.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The port for probes, in the hands of clients that send half of what they should. */
class ManagementServerTest {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Lifecycle lifecycle = new Lifecycle();
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Health health = new Health(lifecycle, metrics);
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : open) {
            part.close();
        }
    }

    @Test
    void half_sent_heads_do_not_keep_a_probe_out() throws IOException {
        int port = start(Duration.ofSeconds(60));
        for (int i = 0; i < 200; i++) {
            send(connect(port), "GET /livez HTTP/1.1\r\nHost: ");
        }

        assertThat(get(port, "/livez")).startsWith("HTTP/1.1 200 ").endsWith("alive\n");
        assertThat(get(port, "/metrics")).startsWith("HTTP/1.1 200 ").contains("service_ready");
    }

    @Test
    void a_connection_has_a_limited_time_even_if_bytes_keep_coming() throws IOException {
        Socket slow = connect(start(Duration.ofMillis(300)));
        send(slow, "GET /livez HTTP/1.1\r\nHost: ");

        assertThat(untilClosed(slow)).isEmpty();
    }

    @Test
    void readiness_says_503_until_the_service_runs_and_head_says_the_same_as_get() throws IOException {
        int port = start(Duration.ofSeconds(60));
        assertThat(get(port, "/readyz")).startsWith("HTTP/1.1 503 ").contains("\"ready\":false");
        assertThat(request(port, "HEAD", "/readyz")).startsWith("HTTP/1.1 503 ").endsWith("\r\n\r\n");

        lifecycle.transitionTo(LifecycleState.RUNNING);

        assertThat(get(port, "/readyz")).startsWith("HTTP/1.1 200 ").contains("\"ready\":true");
    }

    @Test
    void other_methods_paths_and_heads_that_are_too_large_are_refused() throws IOException {
        int port = start(Duration.ofSeconds(60));

        assertThat(request(port, "POST", "/livez"))
                .startsWith("HTTP/1.1 405 ")
                .containsIgnoringCase("allow: GET, HEAD");
        assertThat(get(port, "/other")).startsWith("HTTP/1.1 404 ");
        assertThat(get(port, "/livez?" + "x".repeat(5000))).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void it_is_bound_to_its_host_only_and_a_taken_port_is_said() throws IOException {
        int port = start(Duration.ofSeconds(60));

        assertThatThrownBy(() -> start("127.0.0.1", port, Duration.ofSeconds(60)))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(String.valueOf(port));
        try (Socket elsewhere = new Socket()) {
            InetAddress other = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
            assertThatThrownBy(() -> elsewhere.connect(new InetSocketAddress(other, port)))
                    .isInstanceOf(IOException.class);
        }
    }

    private int start(Duration connectionTime) {
        return start("127.0.0.1", 0, connectionTime);
    }

    private int start(String host, int port, Duration connectionTime) {
        ManagementServer server = new ManagementServer(host, port, health, metrics, connectionTime);
        open.add(server);
        server.start();
        return server.port();
    }

    private Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        open.add(socket);
        return socket;
    }

    private String get(int port, String path) throws IOException {
        return request(port, "GET", path);
    }

    private String request(int port, String method, String path) throws IOException {
        Socket socket = connect(port);
        send(socket, method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return untilClosed(socket);
    }

    private static void send(Socket socket, String text) throws IOException {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (SocketException e) {
            // It made room for another.
        }
    }

    private static String untilClosed(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
