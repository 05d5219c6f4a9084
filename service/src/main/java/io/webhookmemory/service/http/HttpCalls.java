package io.webhookmemory.service.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.webhookmemory.service.http.NoResponseException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * HTTP/1.1 calls to another system. Each call has one time limit for the whole exchange and is timed. The calling thread
 * itself writes and reads: a client with threads of its own takes three times as much processor time for a call when there
 * are few of them. Thread-safe.
 */
public final class HttpCalls {
    /** Callers limit themselves. */
    private static final int MAX_CONNECTIONS = 10_000;
    /** Shorter than the five seconds after which uvicorn, Cognee's server, closes a connection without calls. */
    private static final TimeValue KEEP_ALIVE = TimeValue.ofSeconds(4);

    private final HttpClient http;
    private final CallWatch watch = new CallWatch();
    private final MeterRegistry metrics;
    private final String timer;

    /**
     * @param timer name of the timer; its tags are {@code call} and {@code outcome}, the status or why there was none
     */
    public HttpCalls(MeterRegistry metrics, String timer, Duration connectTimeout) {
        this.metrics = metrics;
        this.timer = timer;
        // Nothing that the callers do not see: no redirects, no repetitions, no offer of another protocol.
        this.http = HttpClients.custom()
                .useSystemProperties()
                .setConnectionManager(connections(connectTimeout))
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionKeepAlive(KEEP_ALIVE)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    private static HttpClientConnectionManager connections(Duration connectTimeout) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setTlsSocketStrategy(DefaultClientTlsStrategy.createSystemDefault())
                .setMaxConnPerRoute(MAX_CONNECTIONS)
                .setMaxConnTotal(MAX_CONNECTIONS)
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(connectTimeout))
                        .build())
                // The watch limits the whole exchange.
                .setDefaultSocketConfig(
                        SocketConfig.custom().setSoTimeout(Timeout.DISABLED).build())
                .build();
    }

    /**
     * Sends a request and waits for the response, whatever its status.
     *
     * @param call the timer's tag; one of a few values
     * @param timeout from now to the end of the response body; it takes effect up to 100 ms later, as does an interrupt
     * @throws NoResponseException if there is no response; the request may have taken effect, or may still do so
     */
    public Response send(String call, HttpUriRequestBase request, Duration timeout) throws NoResponseException {
        Timer.Sample sample = Timer.start(metrics);
        String outcome = "failed";
        CallWatch.Call watched = watch.begin(request, timeout);
        try {
            Response response = http.execute(request, HttpCalls::read);
            outcome = String.valueOf(response.status());
            return response;
        } catch (IOException | CancellationException e) {
            Reason reason = watched.ended().orElseGet(() -> reason(e));
            outcome = reason.name().toLowerCase(Locale.ROOT);
            throw new NoResponseException(reason, e);
        } finally {
            watch.end(watched);
            sample.stop(metrics.timer(timer, "call", call, "outcome", outcome));
        }
    }

    private static Response read(ClassicHttpResponse response) throws IOException {
        byte[] body = response.getEntity() == null ? new byte[0] : EntityUtils.toByteArray(response.getEntity());
        return new Response(response.getCode(), new String(body, StandardCharsets.UTF_8), response.getHeaders());
    }

    private static Reason reason(Exception e) {
        if (e instanceof ConnectException
                || e instanceof ConnectTimeoutException
                || e instanceof NoRouteToHostException
                || e instanceof UnknownHostException) {
            return Reason.UNREACHABLE;
        }
        return e instanceof SSLException ? Reason.UNTRUSTED : Reason.CONNECTION_LOST;
    }
}
