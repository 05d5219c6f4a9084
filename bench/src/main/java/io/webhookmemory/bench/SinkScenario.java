package io.webhookmemory.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.cognee.CogneeClient;
import io.webhookmemory.cognee.CogneeSettings;
import io.webhookmemory.cognee.DocumentMetadata;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.sink.SinkService;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * A backlog of new records processed by the memory-sink alone, with a Cognee whose every call takes a fixed time. One
 * document is one call, so the maximum of any program is workers ÷ latency. Baseline: as many threads with the sink's
 * own client and no Kafka, each writing to datasets of its own.
 */
final class SinkScenario {
    static final Duration LATENCY = Duration.ofMillis(50);

    private final int warmUp;
    private final Duration length;
    private final AtomicInteger nextId = new AtomicInteger(1);

    /**
     * @param warmUp documents that the sink and its client write before the first measurement, at a Cognee without latency:
     *     while a code path has been gone some thousand times only, the JIT compilers take a good part of the processors
     * @param length of each measurement, about
     */
    SinkScenario(int warmUp, Duration length) {
        this.warmUp = warmUp;
        this.length = length;
    }

    MarkdownTable run(List<Integer> workerCounts) {
        MarkdownTable table = new MarkdownTable(
                "workers", "workers ÷ latency", "memory-sink", "its client alone", "of the possible", "of the client");
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                CogneeDouble cognee = CogneeDouble.start()) {
            Parts.applyCatalogue(Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()));
            if (warmUp > 0) {
                int most = Collections.max(workerCounts);
                client(cognee.latency(Duration.ZERO), most, warmUp);
                sink(kafka, cognee, most, warmUp);
                // More than the sink remembers: it would list datasets over and over.
                cognee.wipe();
            }
            cognee.latency(LATENCY);
            for (int workers : workerCounts) {
                double possible = workers / (LATENCY.toMillis() / 1e3);
                int count = (int) (possible * length.toSeconds());
                double alone = client(cognee, workers, count);
                double sink = sink(kafka, cognee, workers, count);
                table.row(
                        "%d".formatted(workers),
                        "%.0f/s".formatted(possible),
                        "%.1f/s".formatted(sink),
                        "%.1f/s".formatted(alone),
                        "%.1f %%".formatted(100 * sink / possible),
                        "%.1f %%".formatted(100 * sink / alone));
            }
        }
        return table;
    }

    private double sink(EmbeddedKafka kafka, CogneeDouble cognee, int workers, int count) {
        Environment environment = new Environment(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(),
                "COGNEE_URL", cognee.url(),
                "WEBHOOK_NUM_WORKERS", String.valueOf(workers),
                "MEMORY_SINK_MANAGEMENT_PORT", "0",
                "REDIS_PORT", "1"));
        int accounts = accounts(workers);
        SinkBacklog backlog = new SinkBacklog(kafka.bootstrapServers(), nextId);
        SinkService sink = SinkService.create(environment);
        try {
            sink.start();
            SinkBacklog.arrivals(cognee, accounts, () -> backlog.write(accounts, accounts));
            return SinkBacklog.perSecond(SinkBacklog.arrivals(cognee, count, () -> backlog.write(count, accounts)));
        } finally {
            sink.close();
        }
    }

    private double client(CogneeDouble cognee, int workers, int count) {
        SettingsReader settings = new SettingsReader(new Environment(Map.of("COGNEE_URL", cognee.url())));
        Memory memory = CogneeClient.create(CogneeSettings.from(settings), new SimpleMeterRegistry());
        ExecutorService threads = Executors.newFixedThreadPool(workers);
        try {
            Runnable warmUp = () -> add(memory, threads, workers, workers * 5);
            SinkBacklog.arrivals(cognee, workers * 5, warmUp);
            return SinkBacklog.perSecond(
                    SinkBacklog.arrivals(cognee, count, () -> add(memory, threads, workers, count)));
        } finally {
            threads.shutdown();
        }
    }

    private void add(Memory memory, ExecutorService threads, int workers, int count) {
        List<CompletableFuture<Void>> all = IntStream.range(0, workers)
                .mapToObj(worker -> CompletableFuture.runAsync(
                        () -> IntStream.range(0, count / workers)
                                .forEach(i ->
                                        memory.add("client_%d_%d".formatted(workers, worker), List.of(document()))),
                        threads))
                .toList();
        all.forEach(CompletableFuture::join);
    }

    private NewDocument document() {
        String id = Webhooks.recordId(nextId.getAndIncrement());
        return new NewDocument(
                "Deals_" + id + ".txt",
                "Deals " + id + "\n" + "x".repeat(500),
                new DocumentMetadata("Deals", id, Instant.now(), "0".repeat(64)));
    }

    /** Enough that no worker waits for an account that another works on. */
    static int accounts(int workers) {
        return Math.max(50, 4 * workers);
    }
}
