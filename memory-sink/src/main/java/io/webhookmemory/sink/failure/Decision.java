package io.webhookmemory.sink.failure;

import java.time.Duration;
import java.util.function.Function;

/** What to do with an event, or a request for a graph, after a failed attempt. */
public sealed interface Decision {

    /** Why an attempt uses no retry. */
    enum Cause {
        /** The event's dataset is locked, for example while its graph is built. */
        BUSY,
        /** The target fails so many calls of all records that this record's failures prove nothing. */
        SICK,
        /** The target is down, refuses every call, or no call to it succeeds. */
        OUTAGE
    }

    /**
     * Write it to a retry topic; the attempt uses a retry.
     *
     * @param tier number of the retry topic, 1 for the first
     */
    record Retry(int tier, Duration delay) implements Decision {
        @Override
        public <T> T fold(
                Function<Retry, T> retry,
                Function<Defer, T> defer,
                Function<Hold, T> hold,
                Function<DeadLetter, T> deadLetter) {
            return retry.apply(this);
        }
    }

    /** Write it to the first retry topic; the attempt uses no retry. */
    record Defer(Duration delay, Cause cause) implements Decision {
        @Override
        public <T> T fold(
                Function<Retry, T> retry,
                Function<Defer, T> defer,
                Function<Hold, T> hold,
                Function<DeadLetter, T> deadLetter) {
            return defer.apply(this);
        }
    }

    /**
     * Keep it in this process and write nothing; try it again when the breaker allows calls. The attempt uses no retry.
     *
     * @param delay the least delay; zero if only the breaker decides. For {@link Cause#BUSY} it applies to every event
     *     of the dataset
     */
    record Hold(Duration delay, Cause cause) implements Decision {
        @Override
        public <T> T fold(
                Function<Retry, T> retry,
                Function<Defer, T> defer,
                Function<Hold, T> hold,
                Function<DeadLetter, T> deadLetter) {
            return hold.apply(this);
        }
    }

    /** Write it to the dead letter topic. */
    record DeadLetter() implements Decision {
        @Override
        public <T> T fold(
                Function<Retry, T> retry,
                Function<Defer, T> defer,
                Function<Hold, T> hold,
                Function<DeadLetter, T> deadLetter) {
            return deadLetter.apply(this);
        }
    }

    /** Applies the function of this case; a new case does not compile until every caller handles it. */
    <T> T fold(
            Function<Retry, T> retry,
            Function<Defer, T> defer,
            Function<Hold, T> hold,
            Function<DeadLetter, T> deadLetter);

    /** Whether the event is written to a topic; otherwise it stays in this process. */
    default boolean isWritten() {
        return fold(retry -> true, defer -> true, hold -> false, dead -> true);
    }
}
