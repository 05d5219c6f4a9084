package io.webhookmemory.embedded.cognee;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.service.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The {@code external_metadata} form field: a JSON array with one object or null for each file. */
final class Metadata {
    private Metadata() {}

    /** @param text null where the field was not sent */
    static List<String> perFile(String text, int files) {
        if (text == null) {
            return Collections.nCopies(files, null);
        }
        JsonNode array = parse(text);
        if (!array.isArray() || array.size() != files) {
            throw invalid("external_metadata must be a JSON array with one entry per file.");
        }
        List<String> entries = new ArrayList<>();
        for (JsonNode entry : array) {
            if (entry.has("node_set")) {
                throw invalid("external_metadata entries cannot contain the reserved key 'node_set'.");
            }
            entries.add(entry.isNull() ? null : entry.toString());
        }
        return entries;
    }

    private static JsonNode parse(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw invalid("external_metadata is not valid JSON");
        }
    }

    private static Refusal invalid(String message) {
        return Refusal.named(400, "InvalidExternalMetadataError", message);
    }
}
