package io.webhookmemory.bench;

import io.webhookmemory.admin.catalogue.CatalogueAdmin;
import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What a measurement is made on: closed in the reverse order of its start. */
class Parts implements AutoCloseable {
    static final String SECRET = "a-secret-of-the-benchmark-of-thirty-two-characters";

    /** As the images have them, with half of the memory limits of {@code docker-compose.yml} as heap. */
    static final List<String> JVM_OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:MinHeapFreeRatio=20",
            "-XX:MaxHeapFreeRatio=40",
            "-XX:InitialHeapSize=20m",
            "-Xmx192m",
            "-XX:TrimNativeHeapInterval=5000",
            "-Dio.netty.jfr.enabled=false",
            "-Dio.lettuce.core.jfr=false");

    private static final long POLL_NANOS = 20_000_000;
    private static final Duration READY_LIMIT = Duration.ofMinutes(2);

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final HttpClient http = HttpClient.newHttpClient();

    /** @param ready from its start until {@code /readyz} says so */
    record Service(String name, ChildProcess process, Duration ready) {}

    final <T extends AutoCloseable> T closing(T part) {
        started.push(part);
        return part;
    }

    /** A directory that goes when all parts have been closed that were started after it. */
    final Path directory() {
        try {
            Path directory = Files.createTempDirectory("webhook-memory-bench");
            started.push(() -> {
                try (Stream<Path> files = Files.walk(directory)) {
                    files.sorted(Comparator.reverseOrder())
                            .forEach(path -> path.toFile().delete());
                }
            });
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates the topics, as {@code topics apply} does. */
    static void applyCatalogue(Map<String, String> variables) {
        SettingsReader reader = new SettingsReader(new Environment(variables));
        TopicCatalogue catalogue = TopicCatalogue.of(CatalogueConfiguration.read(reader));
        try (CatalogueAdmin admin = new CatalogueAdmin(KafkaSettings.from(reader), catalogue)) {
            admin.apply();
        }
    }

    /**
     * Starts a service as a process of its own and waits until it is ready.
     *
     * @param managementPort the variable of its management port, which is any free one
     * @param jvmOptions after those of the images
     */
    final Service startService(
            String name,
            Class<?> main,
            String managementPort,
            Map<String, String> environment,
            List<String> jvmOptions) {
        int management = FreePort.any();
        Map<String, String> all = new HashMap<>(environment);
        all.put("MALLOC_ARENA_MAX", "2");
        all.put(managementPort, String.valueOf(management));
        long begin = System.nanoTime();
        ChildProcess process = closing(ChildProcess.start(name, main, with(jvmOptions), all));
        awaitReady(management);
        return new Service(name, process, Duration.ofNanos(System.nanoTime() - begin));
    }

    /** The options of the images, and more. */
    static List<String> with(List<String> jvmOptions) {
        return Stream.concat(JVM_OPTIONS.stream(), jvmOptions.stream()).toList();
    }

    final void awaitReady(int managementPort) {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        while (!isReady(managementPort)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("a service is not ready after " + READY_LIMIT);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private boolean isReady(int managementPort) {
        try {
            return get(managementPort, "/readyz").contains("\"ready\":true");
        } catch (UncheckedIOException e) {
            // Not listening yet.
            return false;
        }
    }

    final String get(int managementPort, String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + managementPort + path))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot close a part", e);
            }
        }
    }
}
