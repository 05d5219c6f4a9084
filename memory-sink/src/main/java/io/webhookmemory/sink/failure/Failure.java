package io.webhookmemory.sink.failure;

import java.time.Duration;
import java.util.Optional;

/** What a failed call means for the event it was made for. */
public sealed interface Failure {
    /** Reason of a call that was not answered in time. */
    String TIMEOUT = "timeout";

    /** A short stable word for metrics and the {@code dlt-reason} header, such as {@code http_400}. */
    String reason();

    /** Will fail again however often it is tried: a dead letter. */
    record Permanent(String reason) implements Failure {}

    /**
     * May well succeed later.
     *
     * @param retryAfter how long the other side asked to be left alone
     */
    record Transient(String reason, Optional<Duration> retryAfter) implements Failure {}

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
