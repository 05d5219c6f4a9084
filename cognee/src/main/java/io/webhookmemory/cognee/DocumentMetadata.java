package io.webhookmemory.cognee;

import java.time.Instant;

/**
 * A document's identity, kept with it in memory.
 *
 * @param module the record's module
 * @param recordId the record's Zoho id
 * @param eventTime time of the event that the document shows
 * @param contentSha256 lower-case hex digest of the text
 */
public record DocumentMetadata(String module, String recordId, Instant eventTime, String contentSha256) {}
