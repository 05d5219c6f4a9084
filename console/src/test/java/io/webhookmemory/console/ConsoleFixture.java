package io.webhookmemory.console;

import io.webhookmemory.service.config.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** A running console, and a browser of sorts: it keeps cookies and does not follow redirects. */
final class ConsoleFixture implements AutoCloseable {
    private final ConsoleService console;
    private HttpClient http = newBrowser();

    ConsoleFixture(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(Map.of(
                "CONSOLE_PORT", "0",
                "CONSOLE_MANAGEMENT_PORT", "0",
                "CONSOLE_MANAGEMENT_HOST", "localhost",
                "CONSOLE_SERVICES", "ingress=http://localhost:1"));
        all.putAll(variables);
        console = ConsoleService.create(new Environment(all));
        console.start();
    }

    private static HttpClient newBrowser() {
        return HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    }

    /** Forgets all cookies. */
    void anotherBrowser() {
        http = newBrowser();
    }

    int managementPort() {
        return console.managementPort();
    }

    HttpResponse<String> get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    Document page(String path) {
        return Jsoup.parse(get(path).body());
    }

    /** Posts a form with the token that the page contains. */
    HttpResponse<String> post(String page, String path, Map<String, String> fields, String... headers) {
        Map<String, String> all = new HashMap<>(fields);
        Element token = page(page).selectFirst("input[name=_csrf]");
        all.put("_csrf", token == null ? "" : token.val());
        return postWithoutToken(path, all, headers);
    }

    HttpResponse<String> postWithoutToken(String path, Map<String, String> fields, String... headers) {
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(request(path, headers)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + console.port() + path));
        return headers.length == 0 ? request : request.headers(headers);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A GET with any {@code Host}, which Java's client does not permit; the status line of the response. */
    String statusFor(String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), console.port())) {
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Override
    public void close() {
        console.close();
    }
}
