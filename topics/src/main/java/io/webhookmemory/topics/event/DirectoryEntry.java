package io.webhookmemory.topics.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.time.Instant;
import java.util.List;

/**
 * Where a record's document is in memory: the value on {@code memory.directory}, keyed by record id, written by the
 * memory-sink; null (a tombstone) once the record is deleted.
 *
 * <p>An entry with an intent precedes each change of memory. It keeps what was true before the change, so that a process
 * that takes over knows both the old document and where a new one may be. The entry or the tombstone after the change has
 * no intent.
 *
 * @param module the record's module
 * @param accountId the account the record belongs to; null if it belongs to none. A text that is no {@link CrmId}
 *     counts as null
 * @param dataset name of the Cognee dataset that holds the document
 * @param dataId Cognee's id of the document; null if no document is known: before the first one is written, or when
 *     the document was found missing. Then what memory holds of the record is unknown, as with an intent
 * @param contentSha256 lower-case hex digest of the document's text; null if {@code dataId} is
 * @param eventTime time of the event that the document shows; without a document, the time of the state that memory showed
 *     before (a deletion, say), null if that is not known
 * @param intent the change that is about to be made, or whose outcome is unknown; null if there is none
 */
public record DirectoryEntry(
        String module,
        String accountId,
        String dataset,
        String dataId,
        String contentSha256,
        Instant eventTime,
        Intent intent) {

    /** The canonical constructor, used to read JSON. */
    @JsonCreator
    public DirectoryEntry {
        accountId = CrmId.of(accountId).orElse(null);
    }

    /** An entry without an intent. */
    public DirectoryEntry(
            String module, String accountId, String dataset, String dataId, String contentSha256, Instant eventTime) {
        this(module, accountId, dataset, dataId, contentSha256, eventTime, null);
    }

    /**
     * A change of memory that is about to be made.
     *
     * @param datasets the datasets in which, besides the entry's own, a document of the record may be; for an account's
     *     deletion also the dataset that is deleted
     * @param contentSha256 digest of the document that is to be added; null for a deletion
     * @param eventId the event that is applied
     * @param instance the memory-sink instance that applies it
     * @param at when the intent was written
     */
    public record Intent(List<String> datasets, String contentSha256, String eventId, String instance, Instant at) {
        public Intent {
            datasets = datasets == null ? List.of() : List.copyOf(datasets);
        }
    }

    /** Whether the document is there, as far as the memory-sink knows. */
    public boolean hasDocument() {
        return dataId != null;
    }
}
