package io.webhookmemory.sink.failure;

import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/**
 * An attempt to apply an event, or to build a graph, that failed.
 *
 * @param message without any content of the record
 */
public record FailedAttempt(Failure failure, String message, String exceptionClass) {

    /**
     * What to say of an event on which this program itself failed. It is a dead letter: after a restart it would meet the same
     * failure.
     *
     * @return empty where the process has to end because no single event is the cause: Kafka failed, memory is exhausted, or
     *     the thread was interrupted
     */
    public static Optional<FailedAttempt> ofInternalError(Throwable e) {
        boolean processMustEnd = e instanceof KafkaException
                || (e instanceof VirtualMachineError && !(e instanceof StackOverflowError))
                || Thread.currentThread().isInterrupted();
        if (processMustEnd) {
            return Optional.empty();
        }
        // Not the exception's message, which may quote the record.
        StackTraceElement[] trace = e.getStackTrace();
        String where = trace.length == 0 ? "" : " at " + trace[0];
        return Optional.of(new FailedAttempt(
                new Failure.Permanent("internal_error"),
                "unexpected failure" + where,
                e.getClass().getName()));
    }
}
