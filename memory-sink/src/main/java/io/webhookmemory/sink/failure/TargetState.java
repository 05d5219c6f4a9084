package io.webhookmemory.sink.failure;

import java.util.function.BooleanSupplier;

/**
 * What the calls of other records say about the target, as of one record's failure.
 *
 * @param breakerClosed whether calls go through without limit
 * @param othersSucceeded whether another record succeeded since this one's first failure
 * @param othersSucceededSinceLast whether another record succeeded since this one's previous failure
 * @param othersFailed whether another record failed since this one's first failure
 * @param newFailures whether another record failed since the last success of any that had not failed before that success
 * @param failureRate share of attempts that failed, of records that succeeded in the end; 0 to 1
 * @param isWell asks the target whether it can work; may block, and is asked only where the answer decides
 * @param outageMayBeOwn whether one record can make the target look out of order to everyone, as a text that an LLM cannot
 *     process
 */
public record TargetState(
        boolean breakerClosed,
        boolean othersSucceeded,
        boolean othersSucceededSinceLast,
        boolean othersFailed,
        boolean newFailures,
        double failureRate,
        BooleanSupplier isWell,
        boolean outageMayBeOwn) {

    /** A record that was dead-lettered counts as failing until another succeeds: at most the first of an outage is lost. */
    boolean isOnlyThisRecords() {
        return !othersFailed && !newFailures && isWell.getAsBoolean();
    }
}
