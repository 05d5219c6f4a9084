package io.webhookmemory.sink.failure;

import io.webhookmemory.cognee.Failure;
import io.webhookmemory.sink.failure.Decision.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A row of the table in {@code docs/failures.md}.
 *
 * @param name as in the document
 */
record Rule(String name, Predicate<Rule.Case> fits, Function<Rule.Case, Decision> decision) {

    /** In the document's order: the first row that matches decides. */
    static final List<Rule> TABLE = List.of(
            new Rule("permanent", c -> c.failure() instanceof Failure.Permanent, c -> new Decision.DeadLetter()),
            new Rule(
                    "outage",
                    c -> c.isOutage() && !c.isOwnOutage(),
                    c -> new Decision.Hold(Duration.ZERO, Cause.OUTAGE)),
            new Rule(
                    "busy dataset, at first",
                    c -> c.isBusy() && c.waited().compareTo(FailurePolicy.HOLD_BUSY) < 0,
                    c -> new Decision.Hold(c.policy().pause(c.failure().retryAfter()), Cause.BUSY)),
            new Rule("busy dataset", Case::isBusy, c -> c.deferGrowing(Cause.BUSY)),
            new Rule("breaker not closed", c -> !c.isOutage() && !c.target().breakerClosed(), Case::deferShortly),
            new Rule("retries left", c -> c.history().retries() < c.policy().maxRetries(), Case::retry),
            new Rule("outage for this record only", Case::isOutage, c -> new Decision.DeadLetter()),
            new Rule("sick target", Case::isExplainedByFailureRate, c -> c.deferGrowing(Cause.SICK)),
            new Rule(
                    "others succeed",
                    c -> c.target().othersSucceeded() && !c.target().newFailures(),
                    c -> new Decision.DeadLetter()),
            new Rule("only this record fails", c -> c.target().isOnlyThisRecords(), c -> new Decision.DeadLetter()),
            new Rule("no success", c -> true, Case::deferShortly));

    static Rule of(Case failed) {
        return TABLE.stream().filter(rule -> rule.fits.test(failed)).findFirst().orElseThrow();
    }

    Decision decide(Case failed) {
        return decision.apply(failed);
    }

    /** A failure and everything known about it. */
    record Case(Failure failure, History history, TargetState target, Instant now, FailurePolicy policy) {

        boolean isBusy() {
            return failure instanceof Failure.Transient passing
                    && passing.datasetBusy()
                    && waited().compareTo(policy.patience()) < 0;
        }

        /** Time since the first of an uninterrupted series of failures with this reason. */
        Duration waited() {
            return Duration.between(history.since(failure.reason()).orElse(now), now);
        }

        boolean isOutage() {
            return failure instanceof Failure.Outage;
        }

        boolean isOwnOutage() {
            return target.outageMayBeOwn()
                    && history.hasFailed()
                    && (target.othersSucceededSinceLast() || target.isOnlyThisRecords());
        }

        /** Whether a healthy record fails this often with sufficient probability. */
        boolean isExplainedByFailureRate() {
            return Math.pow(target.failureRate(), history.failures() + 1.0) > FailurePolicy.UNLIKELY;
        }

        Decision retry() {
            int retry = history.retries() + 1;
            return new Decision.Retry(retry, policy.delay(retry, failure.retryAfter()));
        }

        Decision deferGrowing(Cause cause) {
            return canDefer()
                    ? new Decision.Defer(policy.growing(waited(), failure.retryAfter()), cause)
                    : new Decision.Hold(policy.pause(failure.retryAfter()), cause);
        }

        Decision deferShortly() {
            Duration delay = policy.shortly(failure.retryAfter());
            return canDefer()
                    ? new Decision.Defer(delay, Cause.OUTAGE)
                    : new Decision.Hold(Duration.ZERO, Cause.OUTAGE);
        }

        /** Without retry topics, an event cannot be deferred. */
        private boolean canDefer() {
            return policy.maxRetries() > 0;
        }
    }
}
