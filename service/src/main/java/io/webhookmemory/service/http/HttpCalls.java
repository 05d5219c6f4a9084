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

/** Calls to another system over HTTP/1.1, each bounded in time as a whole and timed. Thread-safe. */
public final class HttpCalls {
    private final HttpClient http;
    private final MeterRegistry metrics;
    private final String timer;

    /** @param timer name of the timer, whose tags are {@code call} and {@code outcome}: the status, or why there was none */
    public HttpCalls(MeterRegistry metrics, String timer, Duration connectTimeout) {
        this.metrics = metrics;
        this.timer = timer;
        // The upgrade to HTTP/2 that the client would offer is best not sent: uvicorn, for one, does not know it.
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTimeout)
                .build();
    }

    /**
     * Sends a request and waits for its answer, whatever its status.
     *
     * @param call for the timer; one of few
     * @param timeout from here to the end of the answer's body
     * @throws NoResponseException where there is none; the request may have taken effect all the same, or may yet
     */
    public HttpResponse<String> send(String call, HttpRequest request, Duration timeout) throws NoResponseException {
        Timer.Sample sample = Timer.start(metrics);
        String outcome = "failed";
        // The client's own time limit ends with the answer's head; this one holds for the body too.
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
        throw new IllegalStateException("the HTTP client failed in a way that is none of the server's", cause);
    }
}
