package io.webhookmemory.console.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the services' metrics every few seconds. Thread-safe. */
public final class Scraper implements AutoCloseable {
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Scraper.class);
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final int MAX_BYTES = 8 * 1024 * 1024;

    private final List<Target> targets;
    private final History history;
    private final Clock clock;
    private final Runnable afterwards;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "scraper");
        thread.setDaemon(true);
        return thread;
    });
    private volatile List<Instance> instances = List.of();

    /**
     * What was found at one address.
     *
     * @param problem why there are no metrics; null if there are
     */
    public record Instance(String service, String address, String problem) {
        public boolean isUp() {
            return problem == null;
        }
    }

    /** @param afterwards runs after each round */
    public Scraper(List<Target> targets, History history, Clock clock, Runnable afterwards) {
        this.targets = targets;
        this.history = history;
        this.clock = clock;
        this.afterwards = afterwards;
    }

    public void start() {
        timer.scheduleWithFixedDelay(this::roundOrLog, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The addresses of the last round. */
    public List<Instance> instances() {
        return instances;
    }

    // A task that throws would not be repeated.
    private void roundOrLog() {
        try {
            round();
            afterwards.run();
        } catch (RuntimeException e) {
            LOG.warn("reading metrics failed", e);
        }
    }

    void round() {
        Instant now = clock.instant();
        List<CompletableFuture<Instance>> calls = new ArrayList<>();
        for (Target target : targets) {
            for (URI url : addresses(target.url())) {
                calls.add(read(target.service(), url, now));
            }
        }
        instances = calls.stream().map(CompletableFuture::join).toList();
        history.forget(now);
    }

    private CompletableFuture<Instance> read(String service, URI url, Instant now) {
        HttpRequest request =
                HttpRequest.newBuilder(url.resolve("/metrics")).timeout(LIMIT).build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                .thenApply(response -> {
                    String problem = response.statusCode() == 200 ? null : "HTTP " + response.statusCode();
                    Exposition.parse(text(response.body()), sample -> history.add(now, sample));
                    return new Instance(service, url.getAuthority(), problem);
                })
                .exceptionally(error -> new Instance(service, url.getAuthority(), reason(error)));
    }

    private static String reason(Throwable error) {
        Throwable cause = error.getCause() == null ? error : error.getCause();
        return cause instanceof ConnectException
                ? "no connection"
                : cause.getClass().getSimpleName();
    }

    private static String text(InputStream body) {
        try (body) {
            return new String(body.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A name may stand for several instances. All of this machine's addresses are one. */
    private static List<URI> addresses(URI url) {
        try {
            InetAddress[] found = InetAddress.getAllByName(url.getHost());
            if (found.length < 2 || Arrays.stream(found).allMatch(InetAddress::isLoopbackAddress)) {
                return List.of(url);
            }
            List<URI> urls = new ArrayList<>();
            for (InetAddress address : found) {
                String host = address.getHostAddress();
                urls.add(new URI(
                        url.getScheme(),
                        null,
                        host.contains(":") ? "[" + host + "]" : host,
                        url.getPort(),
                        "",
                        null,
                        null));
            }
            return urls;
        } catch (UnknownHostException | URISyntaxException e) {
            // Reported by the call.
            return List.of(url);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
