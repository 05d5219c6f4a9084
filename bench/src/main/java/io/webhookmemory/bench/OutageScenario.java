package io.webhookmemory.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Bad days of the ingress: the broker holds its connections and says nothing; senders trickle, or come in crowds. */
final class OutageScenario {
    private static final int SENDERS = 500;
    private static final int SLOW_SENDERS = 1000;
    /** So many that no webhook waits for a connection: half a second is bearable at this rate. */
    private static final int CONNECTIONS = 100;

    private static final int RATE = 200;
    private static final int WARM_UP = 20_000;
    private static final long SAMPLE_NANOS = 100_000_000;
    private static final long BETWEEN_TRIES_NANOS = 100_000_000;

    private final IngressParts parts;
    private final int seconds;

    OutageScenario(IngressParts parts, int seconds) {
        this.parts = parts;
        this.seconds = seconds;
    }

    /** What came back, and what the heap did meanwhile. */
    private record Phase(String name, LoadGenerator.Result result, int status, long greatestHeap, long liveHeap) {
        String[] row() {
            Histogram micros = result.micros();
            return new String[] {
                name,
                "%d of %d".formatted(micros.getTotalCount() - result.unexpected(), micros.getTotalCount()),
                String.valueOf(status),
                "%.0f".formatted(micros.getValueAtPercentile(50) / 1000.0),
                "%.0f".formatted(micros.getMaxValue() / 1000.0),
                String.valueOf(greatestHeap),
                String.valueOf(liveHeap)
            };
        }
    }

    MarkdownTable frozenBroker() {
        MarkdownTable table = new MarkdownTable(
                "500 senders at once",
                "answered so",
                "status",
                "p50 ms",
                "last ms",
                "greatest heap MiB",
                "live heap MiB");
        burst("warming up", 200);
        table.row(burst("broker well", 200).row());
        parts.broker().freeze();
        try {
            table.row(burst("broker frozen", 503).row());
            table.row(burst("broker frozen, once more", 503).row());
        } finally {
            parts.broker().thaw();
        }
        long recovered = millisUntilAccepted();
        table.row(burst("%d ms after it was thawed".formatted(recovered), 200).row());
        return table;
    }

    MarkdownTable slowSenders() {
        MarkdownTable table =
                new MarkdownTable("%d honest webhooks/s".formatted(RATE), "p50 ms", "p99 ms", "greatest ms");
        honest();
        table.row(IngressScenario.row("alone", honest()));
        parts.load().slowSenders(SLOW_SENDERS);
        table.row(IngressScenario.row("beside %,d senders of a byte a second".formatted(SLOW_SENDERS), honest()));
        parts.load().slowSenders(0);
        table.row(IngressScenario.row("alone again", honest()));
        return table;
    }

    /**
     * Small webhooks beside clients that are many, and large or not HTTP at all. The same server's no-op under the same
     * load shows what the machine takes: it needs neither HMAC nor Redis nor Kafka. The clients have the lowest priority:
     * their threads would else stand in the processors' queues before those of the ingress, Redis and the broker.
     */
    MarkdownTable crowds() {
        MarkdownTable table = new MarkdownTable(
                "%d small webhooks/s".formatted(RATE),
                "p50 ms",
                "p99 ms",
                "greatest ms",
                "not acknowledged",
                "what the others were answered");
        parts.load().asFastAsPossible(Load.Kind.WEBHOOKS, CONNECTIONS, WARM_UP, 1, 200);
        crowdRow(table, "alone", ofHonest(), "–");
        crowdRow(table, "alone: the no-op (415)", ofNoOp(), "–");
        for (CrowdProcess.Crowd crowd : CrowdProcess.Crowd.values()) {
            int clients = crowd == CrowdProcess.Crowd.LARGE ? SENDERS : SLOW_SENDERS;
            try (ChildProcess others = ChildProcess.startInBackground(
                    "crowd",
                    CrowdProcess.class,
                    List.of("-Xmx512m"),
                    parts.address().toString(),
                    crowd.name(),
                    String.valueOf(clients))) {
                others.hear();
                // What the ingress now does much of is compiled first.
                ofHonest();
                LoadGenerator.Result honest = ofHonest();
                LoadGenerator.Result noOp = ofNoOp();
                others.tell("report");
                String name = crowd == CrowdProcess.Crowd.LARGE ? "senders of 1 MiB" : "connections of garbage";
                crowdRow(table, "beside %,d %s".formatted(clients, name), honest, others.hear());
                crowdRow(table, "beside %,d %s: the no-op (415)".formatted(clients, name), noOp, "as above");
            }
        }
        return table;
    }

    private static void crowdRow(MarkdownTable table, String what, LoadGenerator.Result result, String others) {
        List<String> cells = new ArrayList<>(List.of(IngressScenario.row(what, result.micros())));
        cells.add("%d of %d".formatted(result.unexpected(), result.micros().getTotalCount()));
        cells.add(others);
        System.err.println(cells);
        table.row(cells.toArray(String[]::new));
    }

    private LoadGenerator.Result ofNoOp() {
        return parts.load().atRate(Load.Kind.NO_OP, CONNECTIONS, RATE * seconds, 1, RATE, 415);
    }

    private LoadGenerator.Result ofHonest() {
        return parts.load().atRate(Load.Kind.WEBHOOKS, CONNECTIONS, RATE * seconds, 1, RATE, 200);
    }

    private Histogram honest() {
        LoadGenerator.Result result = ofHonest();
        if (result.unexpected() > 0) {
            throw new IllegalStateException(result.unexpected() + " honest webhooks were not acknowledged");
        }
        return result.micros();
    }

    private Phase burst(String name, int status) {
        long greatest = 0;
        CompletableFuture<LoadGenerator.Result> sent = CompletableFuture.supplyAsync(
                () -> parts.load().asFastAsPossible(Load.Kind.WEBHOOKS, SENDERS, SENDERS, 1, status));
        while (!sent.isDone()) {
            greatest = Math.max(greatest, parts.heapMib());
            LockSupport.parkNanos(SAMPLE_NANOS);
        }
        return new Phase(name, sent.join(), status, greatest, parts.liveHeapMib());
    }

    private long millisUntilAccepted() {
        long begin = System.nanoTime();
        while (parts.load().asFastAsPossible(Load.Kind.WEBHOOKS, 1, 1, 1, 200).unexpected() > 0) {
            LockSupport.parkNanos(BETWEEN_TRIES_NANOS);
        }
        return (System.nanoTime() - begin) / 1_000_000;
    }
}
