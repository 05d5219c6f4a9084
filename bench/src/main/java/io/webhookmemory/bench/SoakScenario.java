package io.webhookmemory.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * How soon each service is ready, what it has resident at rest, and whether that stays as it is under steady load.
 * Baseline: a JVM with the same options that does nothing.
 */
final class SoakScenario extends ServiceParts {
    private static final Duration REST = Duration.ofSeconds(15);
    /** Minutes of load; with fewer, the slope is that of the start. */
    private static final int FEWEST_FOR_SLOPE = 6;

    /**
     * A process under observation.
     *
     * @param resident in MiB: at rest, then at the end of each minute of load
     */
    private record Observed(Service service, List<Long> resident) {
        void look() {
            resident.add(service.process().residentMib());
        }
    }

    /** @param jvmOptions of the services, after those of the images */
    SoakScenario(List<String> jvmOptions) {
        super(jvmOptions);
    }

    MarkdownTable run(int minutes, int rate, int records) {
        List<Observed> observed = services().stream()
                .map(service -> new Observed(service, new ArrayList<>()))
                .toList();
        Observed idle = new Observed(idle(), new ArrayList<>());
        LockSupport.parkNanos(REST.toNanos());
        observed.forEach(Observed::look);
        idle.look();

        for (int minute = 0; minute < minutes; minute++) {
            send(minute * rate * 60, rate * 60, records, rate);
            observed.forEach(Observed::look);
        }
        awaitDocuments(records);
        return table(observed, idle);
    }

    private static MarkdownTable table(List<Observed> observed, Observed idle) {
        MarkdownTable table = new MarkdownTable(
                "process",
                "ready after s",
                "at rest",
                "after a minute",
                "at the end",
                "greatest",
                "end ÷ first minute",
                "slope of the second half, MiB an hour");
        for (Observed each : observed) {
            List<Long> loaded = each.resident().subList(1, each.resident().size());
            long first = loaded.get(0);
            long last = loaded.get(loaded.size() - 1);
            table.row(
                    each.service().name(),
                    seconds(each.service().ready()),
                    String.valueOf(each.resident().get(0)),
                    String.valueOf(first),
                    String.valueOf(last),
                    String.valueOf(
                            loaded.stream().mapToLong(Long::longValue).max().orElseThrow()),
                    "%.2f".formatted((double) last / first),
                    loaded.size() < FEWEST_FOR_SLOPE
                            ? "–"
                            : "%.1f".formatted(slope(loaded.subList(loaded.size() / 2, loaded.size())) * 60));
        }
        table.row(
                "baseline: a JVM that does nothing",
                seconds(idle.service().ready()),
                String.valueOf(idle.resident().get(0)),
                "–",
                "–",
                "–",
                "–",
                "–");
        return table;
    }

    /** The slope of the line with the least squared distance from values at equal intervals, per interval. */
    private static double slope(List<Long> values) {
        double middle = (values.size() - 1) / 2.0;
        double mean = values.stream().mapToLong(Long::longValue).average().orElseThrow();
        double together = 0;
        double squares = 0;
        for (int i = 0; i < values.size(); i++) {
            together += (i - middle) * (values.get(i) - mean);
            squares += (i - middle) * (i - middle);
        }
        return together / squares;
    }

    private static String seconds(Duration duration) {
        return "%.1f".formatted(duration.toMillis() / 1e3);
    }
}
