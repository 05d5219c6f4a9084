package io.webhookmemory.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The processor time of a small deployment: at rest, and for an event at low rates. Baseline: a JVM with the same options
 * that does nothing.
 */
final class CostScenario extends ServiceParts {
    private static final int RECORDS = 500;
    private static final int WARM_UP_RATE = 200;
    /** The JIT compilers work for a while after the load has ended. */
    private static final Duration SETTLING = Duration.ofSeconds(60);

    private static final String IDLE = "a JVM that does nothing";

    private final Map<String, ChildProcess> processes = new LinkedHashMap<>();
    private final Duration interval;
    private int sent;

    /**
     * @param interval length of each measurement
     * @param jvmOptions of the services, after those of the images
     */
    CostScenario(Duration interval, List<String> jvmOptions) {
        super(jvmOptions);
        this.interval = interval;
        services().forEach(service -> processes.put(service.name(), service.process()));
        processes.put("broker", broker());
        processes.put(IDLE, idle().process());
    }

    /** @param warmUp until the JIT compilers have little left to do */
    MarkdownTable run(Duration warmUp, List<Integer> rates) {
        send(WARM_UP_RATE, warmUp);
        awaitDocuments(RECORDS);
        LockSupport.parkNanos(SETTLING.toNanos());

        List<String> columns = new ArrayList<>(List.of("rate", "unit"));
        columns.addAll(processes.keySet());
        columns.add("the services together");
        MarkdownTable table = new MarkdownTable(columns.toArray(String[]::new));
        Map<String, Duration> atRest = cost(() -> LockSupport.parkNanos(interval.toNanos()));
        table.row(row("at rest", "% of a core", "%.2f", atRest, 100.0 / interval.toMillis()));
        for (int rate : rates) {
            Map<String, Duration> cost = cost(() -> send(rate, interval));
            double events = rate * interval.toSeconds();
            table.row(row(rate + "/s", "ms an event", "%.2f", cost, 1 / events));
        }
        return table;
    }

    private void send(int rate, Duration duration) {
        int count = Math.toIntExact(rate * duration.toSeconds());
        send(sent, count, RECORDS, rate);
        sent += count;
    }

    private Map<String, Duration> cost(Runnable load) {
        Map<String, Duration> before = times();
        load.run();
        Map<String, Duration> cost = new LinkedHashMap<>();
        times().forEach((name, time) -> cost.put(name, time.minus(before.get(name))));
        return cost;
    }

    private Map<String, Duration> times() {
        Map<String, Duration> times = new LinkedHashMap<>();
        processes.forEach((name, process) -> times.put(name, process.processorTime()));
        return times;
    }

    private String[] row(String rate, String unit, String form, Map<String, Duration> cost, double perMilli) {
        List<String> cells = new ArrayList<>(List.of(rate, unit));
        cost.values().forEach(time -> cells.add(form.formatted(time.toMillis() * perMilli)));
        long together = services().stream()
                .mapToLong(service -> cost.get(service.name()).toMillis())
                .sum();
        cells.add(form.formatted(together * perMilli));
        return cells.toArray(String[]::new);
    }
}
