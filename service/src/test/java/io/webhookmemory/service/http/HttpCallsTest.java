package io.webhookmemory.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.http.NoResponseException.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpCallsTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final HttpCalls calls = new HttpCalls(metrics, "calls", Duration.ofSeconds(2));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(String path, int status, String body, String... header) {
        server.createContext(path, exchange -> {
            exchange.getRequestBody().readAllBytes();
            if (header.length > 0) {
                exchange.getResponseHeaders().set(header[0], header[1]);
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private double count(String outcome) {
        return metrics.get("calls").tag("outcome", outcome).timer().count();
    }

    private Reason reasonOf(String uri, Duration timeout) {
        return catchThrowableOfType(NoResponseException.class, () -> calls.send("call", new HttpGet(uri), timeout))
                .reason();
    }

    @Test
    void everyStatusIsAResponseWithItsBodyInUtf8AndItsHeaders() throws Exception {
        answer("/full", 503, "Größe 大", "Retry-After", "7");
        answer("/empty", 204, "");

        Response full = calls.send("call", new HttpGet(url() + "/full"), LONG);
        Response empty = calls.send("call", new HttpGet(url() + "/empty"), LONG);

        assertThat(full.status()).isEqualTo(503);
        assertThat(full.body()).isEqualTo("Größe 大");
        assertThat(full.header("retry-after")).contains("7");
        assertThat(full.header("other")).isEmpty();
        assertThat(empty.status()).isEqualTo(204);
        assertThat(empty.body()).isEmpty();
        assertThat(count("503")).isEqualTo(1);
        assertThat(count("204")).isEqualTo(1);
    }

    @Test
    void aRequestIsSentOnceAsItIs() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        List<String> received = new ArrayList<>();
        server.createContext("/moved", exchange -> {
            requests.incrementAndGet();
            received.add(exchange.getRequestHeaders().getFirst("Content-Type"));
            received.add(exchange.getRequestHeaders().getFirst("Upgrade"));
            received.add(exchange.getRequestHeaders().getFirst("Accept-Encoding"));
            received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.getResponseHeaders().set("Location", url() + "/elsewhere");
            exchange.sendResponseHeaders(307, -1);
            exchange.close();
        });
        HttpPost request = new HttpPost(url() + "/moved");
        request.setEntity(new ByteArrayEntity(
                "{\"name\":\"Größe\"}".getBytes(StandardCharsets.UTF_8), ContentType.create("application/json")));

        assertThat(calls.send("call", request, LONG).status()).isEqualTo(307);

        assertThat(requests).hasValue(1);
        assertThat(received).containsExactly("application/json", null, null, "{\"name\":\"Größe\"}");
    }

    @Test
    void aServerThatDoesNotRespondIsGivenUpAfterTheTimeLimit() {
        CountDownLatch never = new CountDownLatch(1);
        server.createContext("/silent", exchange -> waitFor(never));

        assertThat(reasonOf(url() + "/silent", SHORT)).isEqualTo(Reason.TIMEOUT);
        assertThat(count("timeout")).isEqualTo(1);
        never.countDown();
    }

    @Test
    void theTimeLimitCoversABodyThatNeverEnds() {
        server.createContext("/drips", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                while (true) {
                    body.write(' ');
                    body.flush();
                    pause();
                }
            }
        });

        assertThat(reasonOf(url() + "/drips", SHORT)).isEqualTo(Reason.TIMEOUT);
    }

    @Test
    void anInterruptedThreadStopsWaitingAndStaysInterrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        server.createContext("/silent", exchange -> {
            begun.countDown();
            waitFor(never);
        });
        CompletableFuture<Reason> reason = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            reason.complete(reasonOf(url() + "/silent", LONG));
            interrupted.complete(Thread.currentThread().isInterrupted());
        });

        caller.start();
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        caller.interrupt();

        assertThat(reason.get(10, TimeUnit.SECONDS)).isEqualTo(Reason.STOPPING);
        assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
        never.countDown();
    }

    @Test
    void anInterruptedThreadBeginsNoCall() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        server.createContext("/", exchange -> requests.incrementAndGet());
        CompletableFuture<Reason> reason = new CompletableFuture<>();

        Thread caller = new Thread(() -> {
            Thread.currentThread().interrupt();
            reason.complete(reasonOf(url(), LONG));
        });
        caller.start();

        assertThat(reason.get(10, TimeUnit.SECONDS)).isEqualTo(Reason.STOPPING);
        assertThat(requests).hasValue(0);
    }

    @Test
    void aServerThatCannotBeReachedIsUnreachable() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }

        assertThat(reasonOf("http://127.0.0.1:" + closed, LONG)).isEqualTo(Reason.UNREACHABLE);
        assertThat(reasonOf("http://no-such-host.invalid", LONG)).isEqualTo(Reason.UNREACHABLE);
    }

    @Test
    void aServerWithoutTlsIsNotTrusted() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            answerOnce(socket, "HTTP/1.1 400 Bad Request\r\n\r\n");

            assertThat(reasonOf("https://127.0.0.1:" + socket.getLocalPort(), LONG))
                    .isEqualTo(Reason.UNTRUSTED);
        }
    }

    @Test
    void aConnectionThatBreaksIsLost() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            answerOnce(socket, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");

            assertThat(reasonOf("http://127.0.0.1:" + socket.getLocalPort(), LONG))
                    .isEqualTo(Reason.CONNECTION_LOST);
        }
    }

    /** Answers the first bytes of one connection, whatever they are, and closes it. */
    private void answerOnce(ServerSocket socket, String answer) {
        threads.execute(() -> {
            try (Socket connection = socket.accept()) {
                connection.getInputStream().readNBytes(1);
                connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                connection.shutdownOutput();
                connection.getInputStream().readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void callsDoNotWaitForEachOther() {
        int many = 100;
        CountDownLatch all = new CountDownLatch(many);
        server.createContext("/together", exchange -> {
            all.countDown();
            waitFor(all);
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });

        List<CompletableFuture<Integer>> statuses = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            statuses.add(CompletableFuture.supplyAsync(() -> status("/together"), threads));
        }

        assertThat(statuses)
                .allSatisfy(
                        status -> assertThat(status.get(30, TimeUnit.SECONDS)).isEqualTo(200));
    }

    @Test
    void theTimeLimitHoldsAgainAfterAPauseOfTheWatch() {
        CallWatch watch = new CallWatch();
        AtomicInteger cancelled = new AtomicInteger();

        watch.end(watch.begin(() -> cancelled.incrementAndGet() > 0, LONG));
        await().until(watch::isResting);
        CallWatch.Call call = watch.begin(() -> cancelled.incrementAndGet() > 0, SHORT);

        await().untilAsserted(() -> assertThat(call.ended()).contains(Reason.TIMEOUT));
        assertThat(cancelled).hasPositiveValue();
    }

    private int status(String path) {
        try {
            return calls.send("call", new HttpGet(URI.create(url() + path)), LONG)
                    .status();
        } catch (NoResponseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
