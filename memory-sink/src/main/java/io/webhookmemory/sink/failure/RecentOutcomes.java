package io.webhookmemory.sink.failure;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Recent successes and failures of records at one target. Bounded. Thread-safe. */
final class RecentOutcomes {
    private static final int SUCCESSES = 100;
    private static final int MAX_FAILING = 10_000;
    /** Number of failures added to the estimate while few records have succeeded. */
    private static final double CAUTION = 0.5;

    private final Deque<Success> successes = new ArrayDeque<>();
    private final Cache<String, Instant> firstFailures = bounded();
    private final Cache<String, Instant> lastFailures = bounded();
    private Instant lastSuccess = Instant.MIN;

    /** @param failures number of failures before it succeeded */
    private record Success(String record, Instant at, int failures) {}

    private static Cache<String, Instant> bounded() {
        return Caffeine.newBuilder()
                .maximumSize(MAX_FAILING)
                .executor(Runnable::run)
                .build();
    }

    /** @param at when its call began: what was under way at another record's first failure is older than that */
    synchronized void succeeded(String record, int failures, Instant at) {
        forget(record);
        successes.removeIf(success -> success.record().equals(record));
        successes.addLast(new Success(record, at, failures));
        if (successes.size() > SUCCESSES) {
            successes.removeFirst();
        }
        lastSuccess = at.isAfter(lastSuccess) ? at : lastSuccess;
    }

    /** Whether any record has failed since the last success. */
    synchronized boolean hasFailuresSinceSuccess() {
        return lastFailures.asMap().values().stream().anyMatch(failed -> failed.isAfter(lastSuccess));
    }

    /** @param since its first failure */
    synchronized void failed(String record, Instant since, Instant now) {
        firstFailures.asMap().merge(record, since, (known, other) -> known.isBefore(other) ? known : other);
        lastFailures.put(record, now);
    }

    /** The record needs no more attempts. */
    synchronized void forget(String record) {
        firstFailures.invalidate(record);
        lastFailures.invalidate(record);
    }

    synchronized boolean othersSucceededAfter(Instant time, String record) {
        return successes.stream()
                .anyMatch(success ->
                        success.at().isAfter(time) && !success.record().equals(record));
    }

    synchronized boolean othersFailedAfter(Instant time, String record) {
        return lastFailures.asMap().entrySet().stream()
                .anyMatch(failed ->
                        !failed.getKey().equals(record) && !failed.getValue().isBefore(time));
    }

    /** Whether a record other than this one, which had not failed before, has failed since the last success. */
    synchronized boolean hasNewFailures(String record) {
        return firstFailures.asMap().entrySet().stream()
                .anyMatch(failed ->
                        !failed.getKey().equals(record) && failed.getValue().isAfter(lastSuccess));
    }

    /**
     * The share of failed attempts among those of records that succeeded: recently, or since the given time, whichever
     * is greater. Records that still fail are excluded, because they may be at fault.
     *
     * @param since the first failure of the record in question
     */
    double failureRate(Instant since, String record) {
        double cautious = othersFailedAfter(since, record) ? CAUTION : 0;
        return Math.max(rate(Instant.MIN, 0), rate(since, cautious));
    }

    private synchronized double rate(Instant after, double caution) {
        double succeeded = 0;
        double failed = 0;
        for (Success success : successes) {
            if (success.at().isAfter(after)) {
                succeeded++;
                failed += success.failures();
            }
        }
        return succeeded == 0 ? 0 : (failed + caution) / (succeeded + failed + 2 * caution);
    }

    /** The first failure of a record, as far as this process knows. */
    synchronized Optional<Instant> firstFailure(String record) {
        return Optional.ofNullable(firstFailures.getIfPresent(record));
    }
}
