package io.webhookmemory.sink.cognify;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;

/**
 * Bounds the share of time in which the graph of one dataset is built. The cost of a run in Cognee grows with the dataset,
 * not with the change, and the dataset is locked meanwhile. After a run, the dataset pauses in proportion to the time that
 * the run took; the requests of the pause share the next run. Thread-safe.
 */
final class RunPace {
    /** Bounds the age of a graph whose runs wait for an LLM for minutes. */
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private static final double CRITICAL_SHARE = 0.5;
    private static final int MAX_DATASETS = 10_000;

    private final double share;
    private final Cache<String, Pauses> pauses =
            Caffeine.newBuilder().maximumSize(MAX_DATASETS).build();

    private record Pauses(Instant end, Instant criticalEnd) {}

    /** @param share of the time, more than 0 and at most 1; critical changes may use at least half of the time */
    RunPace(double share) {
        this.share = share;
    }

    void ran(String dataset, Instant begin, Instant end) {
        Duration took = Duration.between(begin, end);
        pauses.put(
                dataset,
                new Pauses(end.plus(pause(took, share)), end.plus(pause(took, Math.max(share, CRITICAL_SHARE)))));
    }

    boolean permits(String dataset, boolean critical, Instant now) {
        Pauses last = pauses.getIfPresent(dataset);
        return last == null || !now.isBefore(critical ? last.criticalEnd() : last.end());
    }

    private static Duration pause(Duration took, double share) {
        Duration pause = Duration.ofMillis(Math.round(took.toMillis() * (1 / share - 1)));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
