package io.webhookmemory.topics.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;

/**
 * Writes equal content as equal bytes: names sorted, no white space, numbers as they were written. The bytes are those of
 * Jackson's {@code WRITE_PROPERTIES_SORTED}, which builds a tree of the names of each object for it.
 */
public final class CanonicalJson {
    private CanonicalJson() {}

    /** In UTF-8, in time linear in the size except for sorting the names. */
    public static byte[] of(ObjectNode object) {
        try {
            return Json.toBytes((json, provider) -> write(object, json, provider));
        } catch (IOException e) {
            throw new UncheckedIOException("JSON can always be written", e);
        }
    }

    private static void write(JsonNode node, JsonGenerator json, SerializerProvider provider) throws IOException {
        if (node instanceof ObjectNode fields) {
            json.writeStartObject();
            for (String name : sortedNames(fields)) {
                json.writeFieldName(name);
                write(fields.get(name), json, provider);
            }
            json.writeEndObject();
        } else if (node.isArray()) {
            json.writeStartArray();
            for (JsonNode element : node) {
                write(element, json, provider);
            }
            json.writeEndArray();
        } else {
            ((JsonSerializable) node).serialize(json, provider);
        }
    }

    private static String[] sortedNames(ObjectNode object) {
        String[] names = new String[object.size()];
        Iterator<String> all = object.fieldNames();
        for (int i = 0; i < names.length; i++) {
            names[i] = all.next();
        }
        Arrays.sort(names);
        return names;
    }
}
