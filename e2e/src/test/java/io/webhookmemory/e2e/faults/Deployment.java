package io.webhookmemory.e2e.faults;

import io.webhookmemory.ingress.IngressMain;
import io.webhookmemory.processor.StreamProcessorMain;
import io.webhookmemory.sink.MemorySinkMain;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.KafkaProcess;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.files.TemporaryDirectory;
import io.webhookmemory.testkit.net.FaultyLink;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * What is tested: a cluster of three brokers, one ingress, two stream-processors and two memory-sinks, each a process of its own,
 * a spare of the latter two, Redis, and the Cognee double. Redis and the double are behind links that can fail.
 */
final class Deployment implements AutoCloseable {
    static final String SECRET = "secret-of-the-fault-suite-0123456789abcdef";
    static final Duration COGNEE_TIMEOUT = Duration.ofSeconds(3);
    /** The shortest that a broker allows by default. */
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

    private static final int BROKERS = 3;
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Path data = TemporaryDirectory.create("faults");
    private final Path logs;
    private final int ingressPort = FreePort.any();
    final List<KafkaProcess> brokers = KafkaProcess.startCluster(data, BROKERS);
    final EmbeddedRedis redis = EmbeddedRedis.start();
    final FaultyLink redisLink = FaultyLink.to(redis.port());
    final CogneeDouble cognee = CogneeDouble.start().latency(Duration.ofMillis(5));
    final FaultyLink cogneeLink = FaultyLink.to(cognee.port());
    final Instance ingress;
    final List<Instance> processors;
    final List<Instance> sinks;
    final Instance spareProcessor;
    final Instance spareSink;
    private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor();

    /** @param logs directory for the output of all processes */
    Deployment(Path logs) {
        this.logs = logs;
        ingress = new Instance("ingress", IngressMain.class, "INGRESS_MANAGEMENT_PORT", environment(), logs);
        processors = List.of(processor("stream-processor-1"), processor("stream-processor-2"));
        sinks = List.of(sink("memory-sink-1"), sink("memory-sink-2"));
        spareProcessor = processor("stream-processor-3");
        spareSink = sink("memory-sink-3");
    }

    private Instance processor(String name) {
        return new Instance(
                name,
                StreamProcessorMain.class,
                "STREAM_PROCESSOR_MANAGEMENT_PORT",
                with("STREAM_PROCESSOR_STATE_DIR", stateDirectory(name).toString()),
                logs);
    }

    private Instance sink(String name) {
        return new Instance(name, MemorySinkMain.class, "MEMORY_SINK_MANAGEMENT_PORT", environment(), logs);
    }

    private Map<String, String> with(String variable, String value) {
        return Stream.concat(environment().entrySet().stream(), Stream.of(Map.entry(variable, value)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private Map<String, String> environment() {
        return Map.ofEntries(
                Map.entry("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers()),
                Map.entry("KAFKA_SESSION_TIMEOUT_MS", String.valueOf(SESSION_TIMEOUT.toMillis())),
                Map.entry("REDIS_PORT", String.valueOf(redisLink.port())),
                Map.entry("COGNEE_URL", "http://localhost:" + cogneeLink.port()),
                Map.entry("COGNEE_TIMEOUT", String.valueOf(COGNEE_TIMEOUT.toSeconds())),
                Map.entry("WEBHOOK_SECRET", SECRET),
                Map.entry("WEBHOOK_NUM_WORKERS", "6"),
                Map.entry("WEBHOOK_RETRY_DELAY_BASE", "0.2"),
                Map.entry("WEBHOOK_BATCH_TIMEOUT", "0.5"),
                Map.entry("INGRESS_HOST", "localhost"),
                Map.entry("INGRESS_PORT", String.valueOf(ingressPort)));
    }

    void start() {
        cognee.refuse(text -> text.contains(Sender.REFUSED_BY_COGNEE), 415, "Unsupported file content");
        KafkaForTests.applyCatalogue(bootstrapServers(), Map.of());
        running().forEach(Instance::start);
        supervisor.scheduleWithFixedDelay(() -> all().forEach(Instance::revive), 1, 1, TimeUnit.SECONDS);
        Awaitility.await().atMost(START_LIMIT).until(() -> running().stream().allMatch(Instance::isReady));
    }

    String bootstrapServers() {
        return brokers.get(0).bootstrapServers();
    }

    URI ingressUri() {
        return URI.create("http://localhost:" + ingressPort);
    }

    /** All but the spares. */
    List<Instance> running() {
        List<Instance> running = new ArrayList<>(List.of(ingress));
        running.addAll(processors);
        running.addAll(sinks);
        return running;
    }

    private List<Instance> all() {
        List<Instance> all = running();
        all.add(spareProcessor);
        all.add(spareSink);
        return all;
    }

    /** How often a process ended by itself so far. */
    int revivals() {
        return all().stream().mapToInt(Instance::revivals).sum();
    }

    /** Loses what the stream-processor keeps on disk; it must not be running. */
    void wipeState(Instance processor) {
        Path directory = stateDirectory(processor.name());
        if (Files.exists(directory)) {
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path stateDirectory(String name) {
        return data.resolve("state-" + name);
    }

    @Override
    public void close() {
        supervisor.shutdownNow();
        all().forEach(Instance::close);
        cogneeLink.close();
        cognee.close();
        redisLink.close();
        redis.close();
        brokers.forEach(KafkaProcess::close);
        delete(data);
    }
}
