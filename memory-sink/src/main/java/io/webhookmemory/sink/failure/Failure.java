package io.webhookmemory.sink.failure;

import java.time.Duration;
import java.util.Optional;

/** What a failed call means for the event it was made for. */
public sealed interface Failure {
    /** Reason of a call that was not answered in time. */
    String TIMEOUT = "timeout";

    /** A short stable word for metrics and the {@code dlt-reason} header, such as {@code http_400}. */
    String reason();

    /** How long the other side asked to be left alone. */
    Optional<Duration> retryAfter();

    /** Will fail again however often it is tried: a dead letter. */
    record Permanent(String reason) implements Failure {
        @Override
        public Optional<Duration> retryAfter() {
            return Optional.empty();
        }
    }

    /**
     * May well succeed later.
     *
     * @param retryAfter how long the other side asked to be left alone
     * @param datasetBusy whether that is how a call fails while its dataset is locked, as by the run that builds its graph;
     *     that may take as long as such a run
     */
    record Transient(String reason, Optional<Duration> retryAfter, boolean datasetBusy) implements Failure {
        /** Only a timeout counts as a busy dataset. */
        public Transient(String reason, Optional<Duration> retryAfter) {
            this(reason, retryAfter, reason.equals(TIMEOUT));
        }

        /** The same failure, of a call that fails so while its dataset is locked. */
        public Transient ofBusyDataset() {
            return new Transient(reason, retryAfter, true);
        }
    }

    /**
     * Nobody's event is at fault: the other side is down, or refuses everybody (credentials, quota, payment).
     *
     * @param retryAfter how long the other side asked to be left alone
     */
    record Outage(String reason, Optional<Duration> retryAfter) implements Failure {
        public Outage(String reason) {
            this(reason, Optional.empty());
        }
    }
}
