package io.webhookmemory.admin.trace;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;

/**
 * What memory holds of a record, according to {@code memory.directory}.
 *
 * @param dataset null, like the next two, without a document
 * @param dataId Cognee's id of the document
 * @param contentSha256 lower-case hex digest of the document's text
 * @param eventTime time of the state that memory shows; nullable
 * @param eventId the event that memory shows; null if it is unknown
 * @param since since when memory holds this document, or nothing, at the latest: compaction removes earlier entries. Null
 *     if the directory has no entry
 * @param asOf when the memory-sink recorded that memory shows this event; null if the directory has no entry
 * @param changingEventId the event whose change of memory has begun and is not finished; nullable
 */
public record Holding(
        State state,
        String dataset,
        String dataId,
        String contentSha256,
        Instant eventTime,
        String eventId,
        Instant since,
        Instant asOf,
        String changingEventId) {

    /** Nothing is known of the record. */
    static final Holding UNKNOWN = new Holding(State.UNKNOWN, null, null, null, null, null, null, null, null);

    /** What memory holds. */
    public enum State {
        /** The record's document. */
        DOCUMENT,
        /** Nothing: the record is deleted. */
        DELETED,
        /** No document is known, and the record is not deleted. */
        MISSING,
        /** The directory has no entry: the record never came to memory, or was deleted long ago. */
        UNKNOWN;

        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
