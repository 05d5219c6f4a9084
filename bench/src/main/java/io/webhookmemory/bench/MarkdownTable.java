package io.webhookmemory.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;

/** Figures as a Markdown table, each row a median with its spread over the rounds. */
final class MarkdownTable {
    private final List<String> rows = new ArrayList<>();

    MarkdownTable(String... columns) {
        row(columns);
        row(Arrays.stream(columns).map(column -> "---").toArray(String[]::new));
    }

    void row(String... cells) {
        rows.add("| " + String.join(" | ", cells) + " |");
    }

    /** The median of the rounds, with least and greatest: {@code 1,234 (1,200–1,260)}. */
    static String spread(List<Long> rounds) {
        LongSummaryStatistics statistics =
                rounds.stream().mapToLong(Long::longValue).summaryStatistics();
        return "%,d (%,d–%,d)".formatted(median(rounds), statistics.getMin(), statistics.getMax());
    }

    static long median(List<Long> rounds) {
        return rounds.stream().sorted().toList().get(rounds.size() / 2);
    }

    @Override
    public String toString() {
        return String.join(System.lineSeparator(), rows);
    }
}
