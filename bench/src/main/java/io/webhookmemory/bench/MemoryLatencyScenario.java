package io.webhookmemory.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.cognee.CogneeClient;
import io.webhookmemory.cognee.CogneeSettings;
import io.webhookmemory.cognee.DocumentMetadata;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.quickstart.LocalPipeline;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * From the moment a webhook is due to be sent until its document is in an instant Cognee, at a fixed rate. Baseline: the
 * sink's own client writing documents of the same size straight to the same Cognee, one at a time.
 */
final class MemoryLatencyScenario {
    private static final int CONNECTIONS = 16;
    private static final long HIGHEST_MICROS = Duration.ofMinutes(5).toNanos() / 1000;

    private final LocalPipeline pipeline;
    private final CogneeDouble cognee;

    MemoryLatencyScenario(LocalPipeline pipeline) {
        this.pipeline = pipeline;
        this.cognee = pipeline.cognee().orElseThrow();
    }

    MarkdownTable run(int perSecond, Duration duration) {
        long warmUpId = 5_000_000;
        measure(warmUpId, perSecond, perSecond * 5);
        Histogram direct = direct(perSecond * 5);
        int count = (int) (perSecond * duration.toSeconds());
        Histogram micros = measure(warmUpId + 1_000_000, perSecond, count);

        MarkdownTable table = new MarkdownTable("what", "p50 ms", "p99 ms", "greatest ms");
        table.row(row("webhook due → document in memory, %d/s, %d events".formatted(perSecond, count), micros));
        table.row(row("baseline: the sink's client straight to the same Cognee", direct));
        return table;
    }

    private Histogram measure(long firstId, int perSecond, int count) {
        Webhooks webhooks = new Webhooks(pipeline.variable("WEBHOOK_SECRET"));
        Map<String, Long> arrivedAt = new ConcurrentHashMap<>();
        cognee.onDocument(document -> arrivedAt.putIfAbsent(document.name(), System.nanoTime()));
        List<byte[]> requests = webhooks.deals(firstId, count);
        LoadGenerator load = new LoadGenerator(pipeline.ingress(), CONNECTIONS);

        LoadGenerator.OpenLoop sent = load.atRate(requests, perSecond, 200);
        if (sent.result().unexpected() > 0) {
            throw new IllegalStateException(sent.result().unexpected() + " webhooks were not acknowledged");
        }
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (arrivedAt.size() < count && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
        if (arrivedAt.size() < count) {
            throw new IllegalStateException("only " + arrivedAt.size() + " of " + count + " documents arrived");
        }
        Histogram micros = new Histogram(HIGHEST_MICROS, 3);
        for (int i = 0; i < count; i++) {
            long arrived = arrivedAt.get("Deals_" + Webhooks.recordId(firstId + i));
            micros.recordValue(Math.max(1, (arrived - sent.dueNanos(i)) / 1000));
        }
        return micros;
    }

    private Histogram direct(int count) {
        SettingsReader settings = new SettingsReader(pipeline.environment());
        Memory memory = CogneeClient.create(CogneeSettings.from(settings), new SimpleMeterRegistry());
        Histogram micros = new ConcurrentHistogram(HIGHEST_MICROS, 3);
        for (int i = 0; i < count; i++) {
            String id = Webhooks.recordId(8_000_000L + i);
            NewDocument document = new NewDocument(
                    "Deals_" + id + ".txt",
                    "Deals " + id + "\n" + "x".repeat(500),
                    new DocumentMetadata("Deals", id, Instant.now(), "0".repeat(64)));
            long begin = System.nanoTime();
            memory.add("account_direct_" + i % 50, List.of(document));
            micros.recordValue((System.nanoTime() - begin) / 1000);
        }
        return micros;
    }

    private static String[] row(String what, Histogram micros) {
        return new String[] {
            what,
            millis(micros.getValueAtPercentile(50)),
            millis(micros.getValueAtPercentile(99)),
            millis(micros.getMaxValue())
        };
    }

    private static String millis(long micros) {
        return "%.1f".formatted(micros / 1000.0);
    }
}
