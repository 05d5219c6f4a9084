package io.webhookmemory.sink.memory;

import io.webhookmemory.cognee.Failure;

/** The result of one event in memory. */
public sealed interface Outcome {

    /** The event is finished; the name is for metrics and logs. */
    enum Done implements Outcome {
        /** Memory did not hold the record. */
        ADDED,
        /** Memory held an older state of it. */
        REPLACED,
        /** Memory already holds exactly this text. */
        UNCHANGED,
        /** The record was removed from memory. */
        REMOVED,
        /** The record should be removed and did not exist. */
        ABSENT,
        /** Memory shows a newer state, or a newer deletion. */
        STALE,
        /** The record's document is missing in memory, or will be: the record's next event writes it again. */
        LOST,
        /** A newer event of the same record, waiting behind this one, contains all of it. */
        COALESCED;

        /** Whether the contents of memory changed. */
        public boolean changedMemory() {
            return this == ADDED || this == REPLACED || this == REMOVED;
        }
    }

    /**
     * A call to memory failed. The record's intent stays in the directory, so that the next attempt settles first.
     *
     * @param message without any content of the record
     */
    record Failed(Failure failure, String message, String exceptionClass) implements Outcome {}

    /** This process no longer owns the record; the new owner applies the event. */
    record Abandoned() implements Outcome {}
}
