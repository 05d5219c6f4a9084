package io.webhookmemory.zoho.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What reading a record by its id came to. */
public sealed interface Lookup {

    /** @param record the reader's own to change */
    record Found(ObjectNode record) implements Lookup {
        /** Without the record, which is personal data. */
        @Override
        public String toString() {
            return "Found[" + record.path("id").asText() + "]";
        }
    }

    /** Zoho has no such record, or none that these credentials may see; whether it was deleted its deletions tell. */
    record Missing() implements Lookup {}

    /** Zoho will not give this one record, though it gives others. */
    record Refused(ZohoFailure.Permanent why) implements Lookup {}
}
