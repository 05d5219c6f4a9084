package io.webhookmemory.console.deadletter;

import io.webhookmemory.admin.deadletter.DeadLetter;
import io.webhookmemory.admin.deadletter.DeadLetterFilter;
import io.webhookmemory.admin.deadletter.DeadLetterTopic;
import io.webhookmemory.admin.deadletter.Handled;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The dead letters that match a filter: all of them counted, the newest listed.
 *
 * @param rows the newest, at most {@link #MAX_ROWS}
 * @param matched how many match
 * @param reasons how many of these by reason, the most frequent first
 * @param complete false if reading took too long, so that older ones may be missing
 */
public record DeadLetterList(List<Row> rows, long matched, List<Reason> reasons, boolean complete) {
    public static final int MAX_ROWS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Comparator<Row> NEWEST_FIRST =
            Comparator.comparing(Row::at).reversed().thenComparing(Row::id);

    /**
     * A row of the list.
     *
     * @param state waiting, redriven or discarded
     */
    public record Row(
            String id, Instant at, String reason, String subject, String attempts, int redrives, String state) {
        static Row of(DeadLetter deadLetter, Optional<Handled> handled) {
            return new Row(
                    deadLetter.id(),
                    deadLetter.at(),
                    deadLetter.reason(),
                    deadLetter.subject(),
                    deadLetter.attempts() == null ? "–" : deadLetter.attempts(),
                    deadLetter.redrives(),
                    handled.map(Handled::action).orElse("waiting"));
        }

        public boolean isWaiting() {
            return state.equals("waiting");
        }
    }

    /**
     * A bar of the histogram.
     *
     * @param share of the most frequent reason, in percent
     */
    public record Reason(String name, long count, int share) {}

    /** @param all whether handled ones are included */
    static DeadLetterList read(KafkaSettings kafka, DeadLetterFilter filter, boolean all) {
        KafkaProblem.requireReachable(kafka);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        StopSignal stop = new StopSignal();
        Map<String, Long> reasons = new TreeMap<>();
        List<Row> rows = new ArrayList<>();
        try (DeadLetterTopic topic = new DeadLetterTopic(kafka, stop)) {
            Map<String, Handled> handledById = topic.handled();
            topic.deadLetters(filter.since(), deadLetter -> {
                Optional<Handled> handled = Optional.ofNullable(handledById.get(deadLetter.id()));
                if ((all || handled.isEmpty()) && filter.matches(deadLetter)) {
                    reasons.merge(deadLetter.reason(), 1L, Long::sum);
                    rows.add(Row.of(deadLetter, handled));
                    if (rows.size() >= 2 * MAX_ROWS) {
                        keepNewest(rows);
                    }
                }
                if (System.nanoTime() > deadline) {
                    stop.stop();
                }
            });
        }
        keepNewest(rows);
        long matched = reasons.values().stream().mapToLong(Long::longValue).sum();
        return new DeadLetterList(List.copyOf(rows), matched, histogram(reasons), !stop.isAsked());
    }

    private static void keepNewest(List<Row> rows) {
        rows.sort(NEWEST_FIRST);
        if (rows.size() > MAX_ROWS) {
            rows.subList(MAX_ROWS, rows.size()).clear();
        }
    }

    private static List<Reason> histogram(Map<String, Long> reasons) {
        long most = reasons.values().stream().mapToLong(Long::longValue).max().orElse(1);
        return reasons.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .map(reason -> new Reason(
                        reason.getKey(), reason.getValue(), (int) Math.max(1, 100 * reason.getValue() / most)))
                .toList();
    }
}
