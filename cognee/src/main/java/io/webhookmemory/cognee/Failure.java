package io.webhookmemory.cognee;

import java.time.Duration;
import java.util.Optional;

/** The meaning of a failed call for its event. */
public sealed interface Failure {
    /** Reason of a call without a response in time. */
    String TIMEOUT = "timeout";

    /** A short stable word for metrics and the {@code dlt-reason} header, such as {@code http_400}. */
    String reason();

    /** How long the target asks to wait. */
    Optional<Duration> retryAfter();

    /** Every retry will fail too: dead-letter the event. */
    record Permanent(String reason) implements Failure {
        @Override
        public Optional<Duration> retryAfter() {
            return Optional.empty();
        }
    }

    /**
     * A retry may succeed.
     *
     * @param retryAfter how long the target asks to wait
     * @param datasetBusy whether calls fail like this while their dataset is locked, for example by the run that builds
     *     its graph; the lock may last as long as such a run
     */
    record Transient(String reason, Optional<Duration> retryAfter, boolean datasetBusy) implements Failure {
        /** Only a timeout counts as a busy dataset. */
        public Transient(String reason, Optional<Duration> retryAfter) {
            this(reason, retryAfter, reason.equals(TIMEOUT));
        }

        /** The same failure, of a kind of call that fails like this while its dataset is locked. */
        public Transient ofBusyDataset() {
            return new Transient(reason, retryAfter, true);
        }
    }

    /**
     * Not caused by an event: the target is down, or refuses all calls (credentials, quota, payment).
     *
     * @param retryAfter how long the target asks to wait
     */
    record Outage(String reason, Optional<Duration> retryAfter) implements Failure {
        public Outage(String reason) {
            this(reason, Optional.empty());
        }
    }
}
