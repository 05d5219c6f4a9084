package io.webhookmemory.admin.trace;

import java.time.Instant;
import java.util.List;

/**
 * What became of a record, or of one of its events.
 *
 * @param recordId null if the event was not found
 * @param eventId null if all events of the record were traced
 * @param at when it was traced
 * @param steps in the order in which they happened; those of one event if one was traced
 * @param memory null if the record is unknown
 * @param cognee null unless memory holds a document according to the directory, and Cognee's address is set
 * @param reading what was read
 */
public record Journey(
        String recordId,
        String eventId,
        Instant at,
        List<Step> steps,
        Holding memory,
        InCognee cognee,
        Conclusion conclusion,
        Reading reading) {
    public Journey {
        steps = List.copyOf(steps);
    }

    /** Whether anything is known of the record or the event. */
    public boolean isKnown() {
        return !(conclusion instanceof Conclusion.NotSeen);
    }

    /**
     * What was read.
     *
     * @param since of all topics but the directory, which was read from its beginning
     * @param partitions in the order in which they were read
     * @param records number of Kafka records in these ranges that were read
     * @param complete false if reading was stopped before the end; then steps may be missing
     */
    public record Reading(Instant since, List<Range> partitions, long records, boolean complete) {
        public Reading {
            partitions = List.copyOf(partitions);
        }
    }

    /** Offsets of one partition, {@code from} inclusive, {@code to} exclusive. */
    public record Range(String topic, int partition, long from, long to) {}
}
