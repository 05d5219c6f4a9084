package io.webhookmemory.topics.event;

import java.time.Instant;

/**
 * Where a record's document is in memory: the value on {@code memory.directory}, keyed by record id, written by the
 * memory-sink. A hint that can be rebuilt from Cognee's own listings; null (a tombstone) once the record is deleted.
 *
 * @param module the record's module
 * @param accountId the account the record belongs to; null where it belongs to none
 * @param dataset name of the Cognee dataset that holds the document
 * @param dataId Cognee's id of the document
 * @param contentSha256 lower-case hex digest of the document's text
 * @param eventTime time of the event that the document shows
 */
public record DirectoryEntry(
        String module, String accountId, String dataset, String dataId, String contentSha256, Instant eventTime) {}
