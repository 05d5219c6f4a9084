package io.webhookmemory.sink.memory;

import java.time.Instant;

/**
 * The place of a record's document.
 *
 * @param accountId null if the record belongs to no account
 * @param dataId memory's id of the document
 * @param contentSha256 lower-case hex digest of the document's text; empty if unknown
 * @param eventTime time of the event that the document shows; {@link Instant#MIN} if unknown
 */
record Place(String module, String accountId, String dataset, String dataId, String contentSha256, Instant eventTime) {

    boolean isIn(String otherDataset) {
        return dataset.equals(otherDataset);
    }
}
