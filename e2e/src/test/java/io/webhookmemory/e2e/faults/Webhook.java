package io.webhookmemory.e2e.faults;

import java.util.List;
import java.util.Optional;

/**
 * A webhook, to be sent until it is accepted.
 *
 * @param id the sender's
 */
record Webhook(String id, String body, List<Change> changes) {
    /**
     * What it says of one record.
     *
     * @param document the record's name in memory
     * @param after what memory must hold after it; empty if nothing
     * @param refused whether Cognee refuses it, so that it must become a dead letter
     */
    record Change(
            String eventId, String recordId, String document, Optional<ExpectedDocument> after, boolean refused) {}
}
