package io.webhookmemory.zoho.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The result of reading a record by its id. */
public sealed interface Lookup {

    /**
     * @param module in which Zoho keeps the record
     * @param record owned by the caller, who may change it
     */
    record Found(String module, ObjectNode record) implements Lookup {
        /** Without the record, which is personal data. */
        @Override
        public String toString() {
            return "Found[" + record.path("id").asText() + "]";
        }
    }

    /**
     * Zoho has no such record, or none that these credentials may see; the list of deletions tells whether it was
     * deleted.
     */
    record Missing() implements Lookup {}

    /** Zoho refuses this record, though not others. */
    record Refused(ZohoFailure.Permanent why) implements Lookup {}
}
