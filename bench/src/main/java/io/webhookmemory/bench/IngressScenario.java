package io.webhookmemory.bench;

import io.webhookmemory.topics.catalogue.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.apache.kafka.tools.ProducerPerformance;

/**
 * The ingress alone. Baselines in every round: the same server responding to the same bytes without processing them,
 * and Kafka's own ProducerPerformance writing as many records of the same size.
 */
final class IngressScenario {
    private static final int CONNECTIONS = 64;
    private static final int RECORD_BYTES = 700;
    private static final Pattern PRODUCED =
            Pattern.compile("(\\d+) records sent, ([0-9.]+) records/sec.* (\\d+) ms 50th.* (\\d+) ms 99th");

    private static final String LOAD = "load generator";

    private final IngressParts parts;
    private final int perRound;
    private final int seconds;
    private final Figures cold = new Figures("webhooks of one record, the first of a new process", 1);
    private final Figures single = new Figures("webhooks of one record, acknowledged", 1);
    private final Figures ten = new Figures("events in webhooks of ten records, acknowledged", 10);
    private final Figures hundred = new Figures("events in webhooks of a hundred records, acknowledged", 100);
    private final Figures noOp = new Figures("baseline: the same server's no-op (415)", 1);
    private final Figures producer = new Figures("baseline: Kafka's ProducerPerformance, acks=all", 1);

    /** @param perRound webhooks or records of each throughput measurement */
    IngressScenario(IngressParts parts, int perRound, int seconds) {
        this.parts = parts;
        this.perRound = perRound;
        this.seconds = seconds;
    }

    /** Rounds of figures of one kind, and the processor time that each process took for a webhook. */
    private record Figures(String what, int records, List<Long> perSecond, Map<String, List<Long>> micros) {
        Figures(String what, int records) {
            this(what, records, new ArrayList<>(), new HashMap<>());
        }

        long median() {
            return MarkdownTable.median(perSecond);
        }

        void took(String process, Duration time, int webhooks) {
            micros.computeIfAbsent(process, name -> new ArrayList<>()).add(time.toNanos() / 1000 / webhooks);
        }
    }

    /** Shows the first round of the process, then goes on until the JIT compilers have little left to do. */
    MarkdownTable throughput(int warmUp, int rounds) {
        round(cold, Load.Kind.WEBHOOKS, perRound, 200);
        for (int sent = perRound; sent < warmUp; sent += perRound) {
            round(new Figures("warm-up", 1), Load.Kind.WEBHOOKS, perRound, 200);
        }
        for (int round = 0; round < rounds; round++) {
            round(single, Load.Kind.WEBHOOKS, perRound, 200);
            round(ten, Load.Kind.WEBHOOKS, perRound / 10, 200);
            round(hundred, Load.Kind.WEBHOOKS, perRound / 20, 200);
            round(noOp, Load.Kind.NO_OP, perRound, 415);
            producer.perSecond().add(Math.round(produce(10 * perRound, -1).perSecond()));
        }
        MarkdownTable table =
                new MarkdownTable("what", "per second: median (least–greatest)", "of the no-op", "of the producer");
        for (Figures figures : List.of(cold, single, ten, hundred, noOp, producer)) {
            table.row(
                    figures.what(),
                    MarkdownTable.spread(figures.perSecond()),
                    "%.2f".formatted((double) figures.median() / noOp.median()),
                    "%.2f".formatted((double) figures.median() / producer.median()));
        }
        return table;
    }

    private void round(Figures figures, Load.Kind kind, int webhooks, int status) {
        Map<String, Duration> before = parts.processorTimes();
        LoadGenerator.Result result =
                checked(parts.load().asFastAsPossible(kind, CONNECTIONS, webhooks, figures.records(), status));
        parts.processorTimes()
                .forEach((process, time) -> figures.took(process, time.minus(before.get(process)), webhooks));
        figures.took(LOAD, result.processorTime(), webhooks);
        figures.perSecond().add(figures.records() * result.perSecond());
    }

    /** Where the processor time of {@link #throughput} went, medians of its rounds. */
    MarkdownTable processorTimes() {
        List<String> processes = List.of("ingress", "broker", "Redis", LOAD);
        List<String> columns = new ArrayList<>(List.of("processor time, µs a webhook"));
        columns.addAll(processes);
        MarkdownTable table = new MarkdownTable(columns.toArray(String[]::new));
        for (Figures figures : List.of(cold, single, ten, hundred, noOp)) {
            List<String> cells = new ArrayList<>(List.of(figures.what()));
            processes.forEach(process -> cells.add(
                    String.valueOf(MarkdownTable.median(figures.micros().get(process)))));
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    MarkdownTable latency() {
        MarkdownTable table = new MarkdownTable("what, at a fixed rate", "p50 ms", "p99 ms", "greatest ms");
        open(Load.Kind.WEBHOOKS, 1000, 1, 200);
        table.row(row("1,000 webhooks/s of one record", open(Load.Kind.WEBHOOKS, 1000, 1, 200)));
        table.row(row("1,000 webhooks/s of ten records: 10,000 events/s", open(Load.Kind.WEBHOOKS, 1000, 10, 200)));
        table.row(row("baseline: the same server's no-op (415), 1,000/s", open(Load.Kind.NO_OP, 1000, 1, 415)));
        Produced produced = produce(1000 * seconds, 1000);
        table.row(
                "baseline: Kafka's ProducerPerformance, acks=all, 1,000/s",
                String.valueOf(produced.p50()),
                String.valueOf(produced.p99()),
                "–");
        return table;
    }

    private Histogram open(Load.Kind kind, int rate, int records, int status) {
        return checked(parts.load().atRate(kind, CONNECTIONS, rate * seconds, records, rate, status))
                .micros();
    }

    private static LoadGenerator.Result checked(LoadGenerator.Result result) {
        if (result.unexpected() > 0) {
            throw new IllegalStateException(result.unexpected() + " responses were not as expected");
        }
        return result;
    }

    private record Produced(double perSecond, long p50, long p99) {}

    private Produced produce(int records, int perSecond) {
        try (ChildProcess tool = ChildProcess.start(
                "producer", ProducerPerformance.class, List.of("-Xmx512m"), Map.of(), arguments(records, perSecond))) {
            List<String> lines = tool.untilEnd();
            return IntStream.range(0, lines.size())
                    .mapToObj(i -> PRODUCED.matcher(lines.get(lines.size() - 1 - i)))
                    .filter(Matcher::find)
                    .findFirst()
                    .map(line -> new Produced(
                            Double.parseDouble(line.group(2)),
                            Long.parseLong(line.group(3)),
                            Long.parseLong(line.group(4))))
                    .orElseThrow(() -> new IllegalStateException("ProducerPerformance printed: " + lines));
        }
    }

    private String[] arguments(int records, int perSecond) {
        return new String[] {
            "--topic",
            Topics.REJECTED,
            "--num-records",
            String.valueOf(records),
            "--record-size",
            String.valueOf(RECORD_BYTES),
            "--throughput",
            String.valueOf(perSecond),
            "--bootstrap-server",
            parts.bootstrapServers(),
            "--command-property",
            "acks=all",
            "linger.ms=2",
            "compression.type=lz4"
        };
    }

    static String[] row(String what, Histogram micros) {
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
