package io.webhookmemory.sink.failure;

import java.util.function.BooleanSupplier;

/**
 * What other records' calls tell about the target when one record fails.
 *
 * @param breakerClosed whether calls are made without limit
 * @param othersSucceeded whether another record succeeded since this one's first failure
 * @param othersSucceededSinceLast whether another record succeeded since this one's previous failure
 * @param othersFailed whether another record failed since this one's first failure
 * @param newFailures whether another record failed since the last success of any that had not failed before that
 *     success
 * @param failureRate share of failed attempts of records that eventually succeeded; 0 to 1
 * @param isWell asks the target for its health; may block, and is called only if the result decides
 * @param outageMayBeOwn whether one record can make the target look unavailable to every caller, such as a text that an
 *     LLM cannot process
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

    /**
     * A dead-lettered record counts as failing until another succeeds: at most the first record of an outage is lost.
     */
    boolean isOnlyThisRecords() {
        return !othersFailed && !newFailures && isWell.getAsBoolean();
    }
}
