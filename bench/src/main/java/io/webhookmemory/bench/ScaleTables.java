package io.webhookmemory.bench;

import java.time.Duration;
import java.util.List;

/** What {@code bench scale} prints of a service: throughput beside the baseline of one instance with one thread, and pauses. */
final class ScaleTables {
    private final MarkdownTable throughput = new MarkdownTable(
            "service",
            "instances",
            "stream threads, or workers, of each",
            "events/s",
            "ratio to the first row",
            "CPU time of the service, µs per event",
            "ratio to the first row",
            "CPU time of the three brokers, µs per event");

    private final MarkdownTable pauses = new MarkdownTable(
            "longest time without output of a partition, s",
            "no change",
            "a second instance joins",
            "one of two is stopped with SIGTERM",
            "one of two is killed with SIGKILL");

    private Throughput baseline;

    /**
     * How fast instances process, and what an event costs.
     *
     * @param pace CPU time: of all instances together
     * @param brokerNanos CPU time of the brokers per event, the load generator's writes included
     */
    record Throughput(Backlog.Pace pace, long brokerNanos) {
        static Throughput measure(ScaleParts parts, int events, List<Parts.Service> instances) throws Exception {
            parts.warmUp(instances);
            long before = parts.brokerNanos();
            Backlog.Pace pace = parts.throughput(events, instances);
            return new Throughput(pace, (parts.brokerNanos() - before) / events);
        }
    }

    /**
     * Adds a row; the first one is the baseline.
     *
     * @param threads threads or workers of each instance
     */
    void throughput(String service, int instances, String threads, Throughput measured) {
        baseline = baseline == null ? measured : baseline;
        throughput.row(
                service,
                String.valueOf(instances),
                threads,
                "%,d".formatted(measured.pace().perSecond()),
                "%.2f"
                        .formatted((double) measured.pace().perSecond()
                                / baseline.pace().perSecond()),
                "%.1f".formatted(measured.pace().cpuNanos() / 1e3),
                "%.2f"
                        .formatted((double) measured.pace().cpuNanos()
                                / baseline.pace().cpuNanos()),
                "%.1f".formatted(measured.brokerNanos() / 1e3));
    }

    void pauses(String service, ScaleTrial.Pauses measured) {
        pauses.row(
                service,
                seconds(measured.none()),
                seconds(measured.joins()),
                seconds(measured.stops()),
                seconds(measured.killed()));
    }

    private static String seconds(Duration duration) {
        return "%.1f".formatted(duration.toMillis() / 1e3);
    }

    void print() {
        Measurement.print("Throughput", throughput);
        Measurement.print("Pauses, with partitions that each have steady input", pauses);
    }
}
