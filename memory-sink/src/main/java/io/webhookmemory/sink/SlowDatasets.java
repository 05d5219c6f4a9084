package io.webhookmemory.sink;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Datasets that did not answer in time when they were last tried: another instance, or somebody else, is building their
 * graph. Whoever tries one waits in vain for as long as a call may take. So each is left alone for a moment after that,
 * long enough for what waits in its line to be put off, and all of them together take up no more than half of the
 * workers. Bounded. Thread-safe.
 */
final class SlowDatasets {
    private static final int MAX_DATASETS = 10_000;

    private final int share;
    private final Clock clock;
    /** When each was first found slow and when it was last; eldest first. */
    private final Map<String, Timeouts> slow = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Timeouts> eldest) {
            return size() > MAX_DATASETS;
        }
    };

    private int trying;

    private record Timeouts(Instant first, Instant last) {}

    /** @param workers of which these datasets may take up half, or the only one */
    SlowDatasets(int workers, Clock clock) {
        this.share = Math.max(1, workers / 2);
        this.clock = clock;
    }

    /** A try of some datasets, from when it may begin until it is closed. */
    final class Turn implements AutoCloseable {
        private final boolean takesShare;

        private Turn(boolean takesShare) {
            this.takesShare = takesShare;
        }

        @Override
        public void close() {
            if (takesShare) {
                ended();
            }
        }
    }

    /** Empty where they are not to be tried now. */
    synchronized Optional<Turn> turn(Set<String> datasets) {
        if (since(datasets).isEmpty()) {
            return Optional.of(new Turn(false));
        }
        if (trying >= share || datasets.stream().anyMatch(this::isLeftAlone)) {
            return Optional.empty();
        }
        trying++;
        return Optional.of(new Turn(true));
    }

    // By how far off, not by which is later: a clock that is put back must leave no dataset alone until it is there
    // again.
    private boolean isLeftAlone(String dataset) {
        Timeouts timeouts = slow.get(dataset);
        return timeouts != null
                && Duration.between(timeouts.last(), clock.instant()).abs().compareTo(OutageGate.LONGEST_PAUSE) < 0;
    }

    private synchronized void ended() {
        trying--;
    }

    /** Since when one of them has not answered in time; empty where all did when they were last tried. */
    synchronized Optional<Instant> since(Set<String> datasets) {
        return datasets.stream()
                .map(slow::get)
                .filter(timeouts -> timeouts != null)
                .map(Timeouts::first)
                .min(Instant::compareTo);
    }

    synchronized void timedOut(Set<String> datasets) {
        Instant now = clock.instant();
        datasets.forEach(name -> slow.merge(
                name, new Timeouts(now, now), (before, again) -> new Timeouts(before.first(), again.last())));
    }

    synchronized void answered(Set<String> datasets) {
        slow.keySet().removeAll(datasets);
    }
}
