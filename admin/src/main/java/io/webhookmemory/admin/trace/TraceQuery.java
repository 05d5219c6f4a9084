package io.webhookmemory.admin.trace;

import java.time.Instant;
import java.util.Optional;

/**
 * What to trace.
 *
 * @param recordId a record's id; empty to find the record by the event
 * @param eventId one event of the record; empty for all its events
 * @param since how far back to read; the directory is always read from its beginning
 * @param withText whether the journey contains the document's text; it is personal data
 */
public record TraceQuery(Optional<String> recordId, Optional<String> eventId, Instant since, boolean withText) {

    /** @throws IllegalArgumentException if there is neither a record nor an event */
    public TraceQuery {
        if (recordId.isEmpty() && eventId.isEmpty()) {
            throw new IllegalArgumentException("a trace needs a record id or an event id");
        }
    }
}
