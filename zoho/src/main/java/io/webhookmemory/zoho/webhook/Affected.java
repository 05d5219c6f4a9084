package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.json.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a channel notification says of its records beyond their ids, by record id; the first word on a record counts. Read
 * once, since a notification may hold thousands of ids and as many entries.
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

    /** The record as far as it is known, its id at least; one and the same for an id that comes again. */
    ObjectNode record(String id) {
        return valuesById
                .computeIfAbsent(id, unknown -> Json.MAPPER.createObjectNode())
                .put("id", id);
    }

    List<String> fields(String id) {
        return fieldsById.getOrDefault(id, List.of());
    }
}
