package io.webhookmemory.bench;

import io.webhookmemory.embedded.FreePort;
import io.webhookmemory.embedded.redis.EmbeddedRedis;
import io.webhookmemory.ingress.IngressMain;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.CatalogueAdmin;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Broker, Redis, ingress and load generator, each a process of its own. */
final class IngressParts implements AutoCloseable {
    static final String PROCESSES =
            "broker, Redis, ingress (256 MiB of heap) and load generator each a process of its own";
    private static final String SECRET = "a-secret-of-the-benchmark-of-thirty-two-characters";
    private static final long POLL_NANOS = 50_000_000;

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = FreePort.any();
    private final int managementPort = FreePort.any();
    private final String bootstrapServers;
    private final ChildProcess broker;
    private final ChildProcess ingress;
    private final Load load;

    /** @param variables of the ingress, over what it needs to find the others */
    IngressParts(List<String> ingressJvmOptions, Map<String, String> variables) {
        Path data = directory();
        int brokerPort = FreePort.any();
        bootstrapServers = "localhost:" + brokerPort;
        broker = closing(ChildProcess.start(
                "broker",
                BrokerProcess.class,
                List.of("-Xmx1g"),
                Map.of(),
                data.toString(),
                String.valueOf(brokerPort)));
        broker.hear();
        EmbeddedRedis redis = closing(EmbeddedRedis.start());
        Map<String, String> all = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", bootstrapServers,
                "REDIS_PORT", String.valueOf(redis.port()),
                "INGRESS_PORT", String.valueOf(port),
                "INGRESS_MANAGEMENT_PORT", String.valueOf(managementPort),
                "WEBHOOK_SECRET", SECRET));
        all.putAll(variables);
        applyCatalogue(all);
        ingress = closing(ChildProcess.start("ingress", IngressMain.class, ingressJvmOptions, all));
        awaitReady();
        load = closing(new Load(URI.create("http://localhost:" + port), SECRET));
    }

    ChildProcess broker() {
        return broker;
    }

    Load load() {
        return load;
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** What the ingress's heap holds after a collection, in MiB. */
    long liveHeapMib() {
        ingress.collectGarbage();
        return heapMib();
    }

    /** What the ingress's heap holds, garbage included, in MiB. */
    long heapMib() {
        double bytes = get("/metrics")
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
        return Math.round(bytes / (1 << 20));
    }

    private void awaitReady() {
        while (true) {
            try {
                if (get("/readyz").contains("\"ready\":true")) {
                    return;
                }
            } catch (UncheckedIOException e) {
                // Not listening yet.
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private String get(String path) {
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

    private static void applyCatalogue(Map<String, String> variables) {
        SettingsReader reader = new SettingsReader(new Environment(variables));
        TopicCatalogue catalogue = TopicCatalogue.of(CatalogueSettings.from(reader));
        try (CatalogueAdmin admin = new CatalogueAdmin(KafkaSettings.from(reader), catalogue)) {
            admin.apply();
        }
    }

    private Path directory() {
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

    private <T extends AutoCloseable> T closing(T part) {
        started.push(part);
        return part;
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
