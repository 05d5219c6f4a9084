package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One record's change within a webhook. Changes may share their record data and modified fields.
 *
 * @param time the time of change; empty if the body has none
 * @param unreadableTime whether the body has a time of change in an unsupported format
 */
record Change(
        String recordId,
        ObjectNode recordData,
        List<String> modifiedFields,
        Optional<Instant> time,
        boolean unreadableTime) {

    /** A change with the first readable time of the candidates. */
    static Change of(String recordId, ObjectNode recordData, List<String> modifiedFields, List<JsonNode> times) {
        Optional<Instant> time = Optional.empty();
        boolean unreadable = false;
        for (JsonNode candidate : times) {
            if (time.isEmpty() && isPresent(candidate)) {
                time = Fields.time(candidate);
                unreadable |= time.isEmpty();
            }
        }
        return new Change(recordId, recordData, modifiedFields, time, unreadable);
    }

    private static boolean isPresent(JsonNode time) {
        return !time.isMissingNode()
                && !time.isNull()
                && !(time.isTextual() && time.textValue().isBlank());
    }
}
