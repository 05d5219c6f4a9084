package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.json.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The data that a channel notification contains about its records in addition to their ids, by record id. The first entry of
 * a record counts. Built once, since a notification may contain thousands of ids and entries.
 */
record Affected(Map<String, ObjectNode> valuesById, Map<String, List<String>> fieldsById) {

    static Affected of(ObjectNode body) {
        Map<String, ObjectNode> values = new HashMap<>();
        for (JsonNode entry : body.path("affected_values")) {
            String id = entry.path("record_id").asText();
            if (entry.path("values") instanceof ObjectNode record) {
                values.putIfAbsent(id, record);
            }
        }
        Map<String, List<String>> fields = new HashMap<>();
        for (JsonNode entry : body.path("affected_fields")) {
            entry.properties().forEach(named -> fields.putIfAbsent(named.getKey(), Fields.names(named.getValue())));
        }
        return new Affected(values, fields);
    }

    /** The known fields of the record, at least its id; the same object for a repeated id. */
    ObjectNode record(String id) {
        return valuesById
                .computeIfAbsent(id, unknown -> Json.MAPPER.createObjectNode())
                .put("id", id);
    }

    List<String> fields(String id) {
        return fieldsById.getOrDefault(id, List.of());
    }
}
