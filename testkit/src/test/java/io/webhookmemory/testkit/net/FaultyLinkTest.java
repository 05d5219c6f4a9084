package io.webhookmemory.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultyLinkTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(200);

    private HttpServer server;
    private FaultyLink link;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        link = FaultyLink.to(server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        link.close();
        server.stop(0);
    }

    @Test
    void it_forwards_requests_and_responses() throws IOException {
        try (Socket client = connect()) {
            ask(client);
            assertThat(statusLine(client, LIMIT)).isEqualTo("HTTP/1.1 204");
            ask(client);
            assertThat(statusLine(client, LIMIT)).as("on the same connection").isNotEmpty();
        }
    }

    @Test
    void a_cut_link_breaks_connections_and_refuses_new_ones_until_it_is_restored() throws IOException {
        try (Socket client = connect()) {
            ask(client);
            statusLine(client, LIMIT);

            link.cut();

            assertThat(isBroken(client)).isTrue();
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        }
        link.restore();
        it_forwards_requests_and_responses();
    }

    @Test
    void broken_connections_do_not_keep_new_ones_from_working() throws IOException {
        try (Socket client = connect()) {
            ask(client);
            statusLine(client, LIMIT);

            link.breakConnections();

            assertThat(isBroken(client)).isTrue();
        }
        it_forwards_requests_and_responses();
    }

    @Test
    void a_hanging_link_accepts_connections_and_delivers_once_it_is_restored() throws IOException {
        link.hang();
        try (Socket client = connect()) {
            ask(client);
            assertThatThrownBy(() -> statusLine(client, SHORT)).isInstanceOf(SocketTimeoutException.class);

            link.restore();

            assertThat(statusLine(client, LIMIT)).isEqualTo("HTTP/1.1 204");
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), link.port());
    }

    private static void ask(Socket client) throws IOException {
        client.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static String statusLine(Socket client, Duration limit) throws IOException {
        client.setSoTimeout((int) limit.toMillis());
        return new String(client.getInputStream().readNBytes("HTTP/1.1 204".length()), StandardCharsets.US_ASCII);
    }

    private static boolean isBroken(Socket client) throws IOException {
        client.setSoTimeout((int) LIMIT.toMillis());
        try {
            ask(client);
            client.getInputStream().readAllBytes();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }
}
