package io.webhookmemory.service.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.webhookmemory.service.http.NoResponseException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** HTTP/1.1 calls to another system. Each call has one time limit for the whole exchange and is timed. Thread-safe. */
public final class HttpCalls {
    private final HttpClient http;
    private final MeterRegistry metrics;
    private final String timer;

    /**
     * @param timer name of the timer; its tags are {@code call} and {@code outcome}, the status or why there was none
     */
    public HttpCalls(MeterRegistry metrics, String timer, Duration connectTimeout) {
        this.metrics = metrics;
        this.timer = timer;
        // Do not offer an upgrade to HTTP/2: some servers, uvicorn for one, do not support it.
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTimeout)
                .build();
    }

    /**
     * Sends a request and waits for the response, whatever its status.
     *
     * @param call the timer's tag; one of a few values
     * @param timeout from now to the end of the response body
     * @throws NoResponseException if there is no response; the request may have taken effect, or may still do so
     */
    public HttpResponse<String> send(String call, HttpRequest request, Duration timeout) throws NoResponseException {
        Timer.Sample sample = Timer.start(metrics);
        String outcome = "failed";
        // The client's own time limit ends with the response headers; this one covers the body too.
        CompletableFuture<HttpResponse<String>> pending =
                http.sendAsync(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        try {
            HttpResponse<String> response = pending.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            outcome = String.valueOf(response.statusCode());
            return response;
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            Reason reason = reason(e);
            outcome = reason.name().toLowerCase(Locale.ROOT);
            throw new NoResponseException(reason, e.getCause() == null ? e : e.getCause());
        } finally {
            pending.cancel(true);
            sample.stop(metrics.timer(timer, "call", call, "outcome", outcome));
        }
    }

    private static Reason reason(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return Reason.STOPPING;
        }
        if (e instanceof TimeoutException) {
            return Reason.TIMEOUT;
        }
        Throwable cause = e.getCause();
        if (cause instanceof HttpConnectTimeoutException || cause instanceof ConnectException) {
            return Reason.UNREACHABLE;
        }
        if (cause instanceof SSLException) {
            return Reason.UNTRUSTED;
        }
        if (cause instanceof IOException) {
            return Reason.CONNECTION_LOST;
        }
        throw new IllegalStateException("the HTTP client failed for a reason that is not the server's", cause);
    }
}
