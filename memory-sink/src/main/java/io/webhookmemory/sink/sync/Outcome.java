package io.webhookmemory.sink.sync;

import io.webhookmemory.sink.failure.Failure;

/** What became of one event in memory. */
public sealed interface Outcome {

    /** It has been dealt with; the word is for metrics and logs. */
    enum Done implements Outcome {
        /** Memory did not hold the record. */
        ADDED,
        /** Memory held an older state of it. */
        REPLACED,
        /** Memory held this very text. */
        UNCHANGED,
        /** The record is gone from memory. */
        REMOVED,
        /** It was to be removed and was not there. */
        ABSENT,
        /** Memory holds a newer state, or knows of a newer deletion. */
        STALE,
        /** A newer event of the same record was waiting behind it and says all that it says. */
        COALESCED;

        /** Whether memory holds something else now than before. */
        public boolean changedMemory() {
            return this == ADDED || this == REPLACED || this == REMOVED;
        }
    }

    /**
     * A call to memory failed.
     *
     * @param message without any content of the record
     */
    record Failed(Failure failure, String message, String exceptionClass) implements Outcome {}

    /** The record went to another instance meanwhile, which applies the event anew. */
    record Abandoned() implements Outcome {}
}
