package io.webhookmemory.admin.erase;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What an erasure did, and where old events of the record still are. Contains no content of the record.
 *
 * @param eventId the erase event; null unless one was published
 * @param at when memory and state showed the erasure; null unless the state is {@link State#ERASED}
 * @param before what there was to erase
 * @param deadLettersDiscarded in a dry run, dead letters that would be discarded
 * @param failed the erase event's own dead letter, {@code partition:offset}, and its reason; null without one
 * @param remaining topics that hold content of the record, by name
 */
public record ErasureReport(
        String recordId,
        String module,
        State state,
        String eventId,
        Instant at,
        Found before,
        Found now,
        long deadLettersDiscarded,
        FailedErasure failed,
        List<Remaining> remaining) {
    public ErasureReport {
        remaining = List.copyOf(remaining);
    }

    /** What has become of the erasure. */
    public enum State {
        /** Nothing is known of the record; nothing was written. */
        NOT_SEEN,
        /** There is nothing left to erase; nothing was written. */
        NOTHING_LEFT,
        /** Interrupted while the topics were read; nothing was written, and the report is not complete. */
        STOPPED,
        /** A dry run: an erasure would be published. */
        DRY_RUN,
        /** The erase event is published, and not waited for. */
        PUBLISHED,
        /** The document and the state are gone. */
        ERASED,
        /** The erase event is published, and the erasure was not seen within the limit. */
        NOT_CONFIRMED,
        /** The memory-sink dead-lettered the erase event. */
        FAILED,
        /** A newer event has brought the record back since. */
        CAME_AGAIN;

        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is known of the record.
     *
     * @param document whether memory holds a document
     * @param begun whether a change has begun and was not completed: memory may hold a document
     * @param state whether the stream-processor's store holds content
     */
    public record Found(boolean document, boolean begun, boolean state) {}

    /** A dead-lettered erase event. */
    public record FailedErasure(String deadLetter, String reason) {}

    /**
     * Old content of the record on a topic.
     *
     * @param events with content
     * @param newest when the newest of them was written
     * @param until when Kafka has deleted them at the latest; null if the topic has no limit
     * @param compacted whether compaction deletes them
     */
    public record Remaining(String topic, long events, Instant newest, Instant until, boolean compacted) {}
}
