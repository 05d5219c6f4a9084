package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.webhook.Parsed.Unreadable.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The record of a workflow rule's webhook. Its fields are top-level fields of the body, next to the module and the operation.
 *
 * <p>An empty merge field arrives as an empty text, both if the record's field is empty and if the template is wrong.
 * Therefore an empty text is ignored, unless the webhook lists the field in {@code clears}.
 */
final class WorkflowRecord {
    static final String ID = "id";
    private static final String CLEARS = "clears";
    private static final String MODIFIED_FIELDS = "modified_fields";
    /** Names that are not fields of the record. */
    private static final Set<String> RESERVED = Set.of(
            "module",
            "operation",
            TokenRedaction.FIELD,
            CLEARS,
            MODIFIED_FIELDS,
            WebhookParser.USER_ID,
            WebhookParser.TIMESTAMP);

    private WorkflowRecord() {}

    /** The record, including its id. */
    static ObjectNode of(ObjectNode body) {
        List<String> clears = nameList(body.path(CLEARS));
        ObjectNode record = Json.MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> field : body.properties()) {
            String name = field.getKey();
            JsonNode value = withoutEmptyParts(field.getValue());
            if (RESERVED.contains(name)) {
                continue;
            }
            if (!isEmpty(value)) {
                record.set(name, value);
            } else if (clears.contains(name)) {
                record.putNull(name);
            }
        }
        return record;
    }

    static List<String> modifiedFields(ObjectNode body) {
        return nameList(body.path(MODIFIED_FIELDS));
    }

    /** A list of names, or a text of names separated by commas. */
    private static List<String> nameList(JsonNode names) {
        return names.isTextual()
                ? Arrays.stream(names.textValue().split(",", -1))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList()
                : Fields.names(names);
    }

    /**
     * Merges the fields of a lookup, such as {@code Account_Name.id} and {@code Account_Name.name}, into one object, as in
     * JSON.
     *
     * @throws UnreadableBody if a lookup and a field have the same name
     */
    static ObjectNode nested(ObjectNode form) throws UnreadableBody {
        ObjectNode nested = Json.MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> field : form.properties()) {
            int dot = field.getKey().indexOf('.');
            boolean isPart = dot > 0 && dot < field.getKey().length() - 1;
            String name = isPart ? field.getKey().substring(0, dot) : field.getKey();
            JsonNode before = nested.path(name);
            if (!before.isMissingNode() && !(isPart && before.isObject())) {
                throw new UnreadableBody(Reason.DUPLICATE_NAME);
            }
            if (isPart) {
                nested.withObjectProperty(name).set(field.getKey().substring(dot + 1), field.getValue());
            } else {
                nested.set(name, field.getValue());
            }
        }
        return nested;
    }

    private static JsonNode withoutEmptyParts(JsonNode value) {
        if (!(value instanceof ObjectNode lookup)) {
            return value;
        }
        ObjectNode filled = lookup.deepCopy();
        filled.properties().removeIf(part -> isEmpty(part.getValue()));
        return filled;
    }

    /** Whether the value is a blank text or an empty lookup. Null is not empty: it clears the field. */
    private static boolean isEmpty(JsonNode value) {
        return value.isTextual() ? value.textValue().isBlank() : value.isObject() && value.isEmpty();
    }
}
