package io.webhookmemory.sink.memory;

import java.time.Instant;

/**
 * Where a record's document is.
 *
 * @param accountId null where the record belongs to no account
 * @param dataId memory's id of the document
 * @param contentSha256 lower-case hex digest of the document's text; empty where unknown
 * @param eventTime time of the event that the document shows; {@link Instant#MIN} where unknown
 */
record Place(String module, String accountId, String dataset, String dataId, String contentSha256, Instant eventTime) {

    boolean isIn(String otherDataset) {
        return dataset.equals(otherDataset);
    }
}
