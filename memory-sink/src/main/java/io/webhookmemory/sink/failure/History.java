package io.webhookmemory.sink.failure;

import io.webhookmemory.cognee.Failure;
import io.webhookmemory.topics.wire.Headers;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The failed attempts to apply an event so far. The event's headers carry it through the retry topics; while the event
 * is held, it is in memory.
 *
 * @param retries number of used retries
 * @param failures number of failed attempts that may be the event's own fault: not in an outage, nor for a busy dataset
 * @param reason of the last failure; empty before the first
 * @param since the first failure of the uninterrupted series with this reason; empty if unknown
 * @param last the last failure; empty if unknown
 */
public record History(int retries, int failures, String reason, Optional<Instant> since, Optional<Instant> last) {

    /** The history of an event that has not failed. */
    public static final History NONE = new History(0, 0, "", Optional.empty(), Optional.empty());

    /** @param now a later time in a header comes from another program or a wrong clock, and is ignored */
    public static History of(ConsumerRecord<?, ?> message, Instant now) {
        int retries = number(message, Headers.RETRY_ATTEMPTS);
        return new History(
                retries,
                Math.max(retries, number(message, Headers.RETRY_FAILURES)),
                Headers.get(message.headers(), Headers.DLT_REASON).orElse(""),
                time(message, Headers.RETRY_SINCE, now),
                time(message, Headers.DLT_FAILED_AT, now));
    }

    /** Whether an attempt has failed; waiting for capacity is not an attempt. */
    public boolean hasFailed() {
        return !reason.isEmpty() && !reason.equals(Backlog.NO_ROOM);
    }

    /** When the series of failures with this reason began; empty if the last failure had another reason. */
    Optional<Instant> since(String sameReason) {
        return reason.equals(sameReason) ? since : Optional.empty();
    }

    /** This history with a further failure and the decision about it. */
    public History after(Failure failure, Decision decision, Instant now) {
        boolean counts = decision.fold(
                retry -> true,
                defer -> defer.cause() == Decision.Cause.SICK,
                hold -> hold.cause() == Decision.Cause.SICK,
                dead -> true);
        return new History(
                decision.fold(retry -> retry.tier(), defer -> retries, hold -> retries, dead -> retries),
                counts ? failures + 1 : failures,
                failure.reason(),
                since(failure.reason()).or(() -> Optional.of(now)),
                Optional.of(now));
    }

    private static Optional<Instant> time(ConsumerRecord<?, ?> message, String header, Instant now) {
        return Headers.getInstant(message.headers(), header)
                .filter(time -> time.isAfter(Instant.EPOCH) && !time.isAfter(now));
    }

    static int number(ConsumerRecord<?, ?> message, String header) {
        return Headers.get(message.headers(), header)
                .filter(number -> number.matches("\\d{1,9}"))
                .map(Integer::parseInt)
                .orElse(0);
    }
}
