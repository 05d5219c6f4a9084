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
 * The record that a workflow rule's webhook carries in its top-level fields, beside what says whose change it is.
 *
 * <p>An empty merge field arrives as an empty text, whether the record's field is empty or the template is wrong. So an
 * empty text says nothing of the field, unless the webhook lists it in {@code clears}.
 */
final class WorkflowRecord {
    static final String ID = "id";
    private static final String CLEARS = "clears";
    private static final String MODIFIED_FIELDS = "modified_fields";
    /** Names that are not the record's. */
    private static final Set<String> RESERVED = Set.of(
            "module",
            "operation",
            TokenRedaction.FIELD,
            CLEARS,
            MODIFIED_FIELDS,
            WebhookParser.USER_ID,
            WebhookParser.TIMESTAMP);

    private WorkflowRecord() {}

    /** The record, its id included. */
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
     * A form's fields with those of one lookup, such as {@code Account_Name.id} and {@code Account_Name.name}, as one object:
     * the shape in which JSON carries it.
     *
     * @throws UnreadableBody where a lookup's name is a field's too
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

    /** A blank text, or a lookup of which nothing is left; null is a value, which clears. */
    private static boolean isEmpty(JsonNode value) {
        return value.isTextual() ? value.textValue().isBlank() : value.isObject() && value.isEmpty();
    }
}
