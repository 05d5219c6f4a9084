package io.webhookmemory.testkit.cognee;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.testkit.cognee.CogneeDouble.Document;
import io.webhookmemory.topics.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The {@code external_metadata} form field: a JSON array with one object or null for each file. */
final class Metadata {
    private Metadata() {}

    /** @param text null if the field was not sent */
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
            if (!entry.isNull() && !entry.isObject()) {
                throw invalid("external_metadata must be a JSON array of objects.");
            }
            if (entry.has("node_set")) {
                throw invalid("external_metadata entries cannot contain the reserved key 'node_set'.");
            }
            entries.add(entry.isNull() ? null : entry.toString());
        }
        return entries;
    }

    /** As listed: 1.6 adds a key of its own to what was sent. */
    static JsonNode listed(Document document, CogneeVersion version) {
        ObjectNode listed = document.externalMetadata() == null
                ? Json.MAPPER.createObjectNode()
                : (ObjectNode) parse(document.externalMetadata());
        if (version.addsToMetadata()) {
            listed.putObject("_cognee").put("source_uri", "file:///" + document.name() + ".txt");
        }
        return listed;
    }

    private static JsonNode parse(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw invalid("external_metadata is not valid JSON");
        }
    }

    // Validated before the work begins, so that 1.5 too returns the real status.
    private static Refusal invalid(String message) {
        return Refusal.plain(400, message + " [InvalidExternalMetadataError]");
    }
}
