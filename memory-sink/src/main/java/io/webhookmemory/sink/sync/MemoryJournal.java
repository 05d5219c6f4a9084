package io.webhookmemory.sink.sync;

import io.webhookmemory.sink.cognee.StoredDocument;
import io.webhookmemory.topics.event.CognifyRequest;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Where a change of memory is written down, durably, before its event counts as done. Calls block until it is. */
public interface MemoryJournal {

    /** Asks for the dataset's graph to be built. */
    void dirty(CognifyRequest request);

    /** A record of these accounts changed in memory: has the accounts read again where that can be done. */
    void touched(WebhookEvent event, Set<String> accountIds);

    /** Notes where a record's document is. */
    void directory(String recordId, DirectoryEntry entry);

    /** Notes that a record is gone. */
    void deleted(String recordId, Instant at);

    /**
     * An account's dataset is about to be deleted with these documents of other records in it, which may live on: has them
     * read again where that can be done.
     */
    void leftBehind(WebhookEvent deletion, List<StoredDocument> documents);
}
