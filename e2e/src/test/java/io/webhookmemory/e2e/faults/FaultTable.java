package io.webhookmemory.e2e.faults;

import io.webhookmemory.e2e.faults.Trial.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The results of the rounds, as Markdown. */
final class FaultTable {
    private static final int LONGEST = 160;

    private final long seed;
    private final Map<String, List<Result>> resultsByFault = new TreeMap<>();
    private int rounds;

    FaultTable(long seed) {
        this.seed = seed;
    }

    /** @return the round in one line */
    String add(Result result) {
        rounds++;
        result.faults()
                .forEach(fault -> resultsByFault
                        .computeIfAbsent(fault.name(), name -> new ArrayList<>())
                        .add(result));
        return "seed %d, round %d: %s: %d webhooks, %d events, %d repeats, %d revivals, right after %s s%s%s"
                .formatted(
                        seed,
                        rounds,
                        result.faults().stream().map(Fault::name).collect(Collectors.joining(" + ")),
                        result.sent().webhooks(),
                        result.sent().events(),
                        result.sent().repeats(),
                        result.revivals(),
                        seconds(result.quiet()),
                        result.last().isEmpty() ? "" : "; last: " + shortened(result.last()),
                        result.violations().isEmpty() ? "" : "; VIOLATED");
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("""
                | fault | rounds | of them alone | events | right after, s: median | longest | violations |
                | --- | --- | --- | --- | --- | --- | --- |
                """);
        resultsByFault.forEach((fault, results) -> text.append("| %s | %d | %d | %,d | %s | %s | %d |%n"
                .formatted(
                        fault,
                        results.size(),
                        results.stream()
                                .filter(result -> result.faults().size() == 1)
                                .count(),
                        results.stream()
                                .mapToInt(result -> result.sent().events())
                                .sum(),
                        seconds(quiet(results).get(results.size() / 2)),
                        seconds(quiet(results).get(results.size() - 1)),
                        results.stream()
                                .filter(result -> !result.violations().isEmpty())
                                .count())));
        return text.toString();
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    private static List<Duration> quiet(List<Result> results) {
        return results.stream().map(Result::quiet).sorted().toList();
    }

    private static String seconds(Duration duration) {
        return "%.1f".formatted(duration.toMillis() / 1000.0);
    }
}
