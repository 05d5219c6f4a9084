package io.webhookmemory.sink.failure;

import java.time.Duration;
import java.util.function.Function;

/** What to do with an event, or a request for a graph, whose attempt failed. */
public sealed interface Decision {

    /** Why an attempt does not use up a retry. */
    enum Cause {
        /** The event's dataset is locked, as while its graph is built. */
        BUSY,
        /** The target fails so many calls of all records that this one's failures prove nothing. */
        SICK,
        /** The target is down, refuses every call, or no call to it succeeds. */
        OUTAGE
    }

    /**
     * Write it to a retry topic; the attempt uses up a retry.
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

    /** Write it to the first retry topic; the attempt uses up no retry. */
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
     * Keep it in this process and write nothing: try it again when the breaker lets calls through. The attempt uses up no
     * retry.
     *
     * @param delay not before it has passed; zero where the breaker alone decides. For {@link Cause#BUSY} nothing of the
     *     dataset is to be tried before
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

    /** Every case is handled, or the caller does not compile. */
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
