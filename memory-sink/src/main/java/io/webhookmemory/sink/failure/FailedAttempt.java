package io.webhookmemory.sink.failure;

import io.webhookmemory.cognee.Failure;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/**
 * A failed attempt to apply an event, or to build a graph.
 *
 * @param message without any content of the record
 */
public record FailedAttempt(Failure failure, String message, String exceptionClass) {

    /**
     * Describes an internal error of this program. The event is dead-lettered, because it would fail again after a
     * restart.
     *
     * @return empty if the process must end because no single event is the cause: Kafka failed, memory is exhausted, or
     *     the thread was interrupted
     */
    public static Optional<FailedAttempt> ofInternalError(Throwable e) {
        boolean processMustEnd = e instanceof KafkaException
                || (e instanceof VirtualMachineError && !(e instanceof StackOverflowError))
                || Thread.currentThread().isInterrupted();
        if (processMustEnd) {
            return Optional.empty();
        }
        // Omit the exception's message, which may quote the record.
        StackTraceElement[] trace = e.getStackTrace();
        String where = trace.length == 0 ? "" : " at " + trace[0];
        return Optional.of(new FailedAttempt(
                new Failure.Permanent("internal_error"),
                "unexpected failure" + where,
                e.getClass().getName()));
    }
}
