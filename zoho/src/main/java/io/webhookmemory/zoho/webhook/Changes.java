package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The good and the bad records of one webhook. */
final class Changes {
    private final List<Change> good = new ArrayList<>();
    private final List<Parsed.BadRecord> bad = new ArrayList<>();
    private final ArrayNode badElements = Json.MAPPER.createArrayNode();

    /** Parses one record of a webhook. */
    interface Reader {
        Change read(JsonNode element, String path) throws BadField;
    }

    private Changes() {}

    /**
     * Parses every element of a list of records.
     *
     * @throws BadField if it is not a list, or no element is good
     */
    static Changes of(ObjectNode body, String listName, Reader reader) throws BadField {
        JsonNode list = body.path(listName);
        if (!list.isArray() || list.isEmpty()) {
            throw new BadField(listName, "must be a list of " + (listName.equals("ids") ? "ids" : "records"));
        }
        Changes changes = new Changes();
        BadField first = null;
        for (int i = 0; i < list.size(); i++) {
            try {
                changes.good.add(reader.read(list.get(i), listName + "[" + i + "]"));
            } catch (BadField e) {
                first = first == null ? e : first;
                changes.bad.add(new Parsed.BadRecord(i, e.field(), e.getMessage()));
                changes.badElements.add(list.get(i));
            }
        }
        if (changes.good.isEmpty() && first != null) {
            throw first;
        }
        return changes;
    }

    static Changes of(Change only) {
        Changes changes = new Changes();
        changes.good.add(only);
        return changes;
    }

    List<Change> good() {
        return good;
    }

    /** The webhook with only its bad records; empty if all are good. */
    Optional<Parsed.Remainder> remainder(ObjectNode body, String listName) {
        if (bad.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode rest = Json.MAPPER.createObjectNode();
        rest.setAll(body);
        rest.set(listName, badElements);
        if (rest.hasNonNull(TokenRedaction.FIELD)) {
            rest.put(TokenRedaction.FIELD, TokenRedaction.REDACTED);
        }
        return Optional.of(new Parsed.Remainder(List.copyOf(bad), rest));
    }
}
