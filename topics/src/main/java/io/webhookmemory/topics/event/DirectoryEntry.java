package io.webhookmemory.topics.event;

import java.time.Instant;

/**
 * Where a record's document is in memory: the value on {@code memory.directory}, keyed by record id, written by the
 * memory-sink. A hint that can be rebuilt from Cognee's own listings; null (a tombstone) once the record is deleted.
 *
 * <p>Where the next reading of an event might lead to another dataset, an entry without {@code dataId} comes first: a
 * document is about to be added there, and whoever comes after a process that died meanwhile must look for it.
 *
 * @param module the record's module
 * @param accountId the account the record belongs to; null where it belongs to none. A text that is no {@link CrmId}
 *     counts as null
 * @param dataset name of the Cognee dataset that holds the document
 * @param dataId Cognee's id of the document; null where it is only about to be added
 * @param contentSha256 lower-case hex digest of the document's text; null likewise
 * @param eventTime time of the event that the document shows; of an entry without document, of what memory showed
 *     before, null where that is not known
 */
public record DirectoryEntry(
        String module, String accountId, String dataset, String dataId, String contentSha256, Instant eventTime) {

    public DirectoryEntry {
        accountId = CrmId.of(accountId).orElse(null);
    }

    /** Says that a document is about to be added. */
    public static DirectoryEntry announcing(String module, String accountId, String dataset, Instant eventTime) {
        return new DirectoryEntry(module, accountId, dataset, null, null, eventTime);
    }

    /** Whether the document is there, as far as the memory-sink knows. */
    public boolean hasDocument() {
        return dataId != null;
    }
}
