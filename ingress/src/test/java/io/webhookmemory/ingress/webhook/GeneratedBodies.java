package io.webhookmemory.ingress.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.json.Json;
import java.util.List;
import java.util.Random;

/** Bodies of all four kinds, and mixtures of them, each field good or bad by chance. */
final class GeneratedBodies {
    private static final JsonNodeFactory JSON = Json.MAPPER.getNodeFactory();
    private static final List<String> ANYTHING = List.of(
            "null",
            "true",
            "\"\"",
            "\" \"",
            "\"x\"",
            "7",
            "-7",
            "7.5",
            "7.0",
            "1e3",
            "[]",
            "{}",
            "[1]",
            "{\"id\":\"1\"}",
            "[[]]");
    private static final List<String> IDS = List.of(
            "\"5725767000003000064\"",
            "5725767000003000064",
            "99999999999999999999999999999999999999999999999999999999999999999",
            "9999999999999999999999999999999999999999999999999999999999999999",
            "\"a-b_C\"",
            "0",
            "-0",
            "12.00",
            "1e10",
            "1e64",
            "\"../x\"",
            "\"None\"",
            "\"null\"",
            "\"ü\"",
            "\"1 \"",
            "\"" + "9".repeat(64) + "\"",
            "\"" + "9".repeat(65) + "\"");
    private static final List<String> OPERATIONS = List.of(
            "\"create\"",
            "\"INSERT\"",
            "\"Update\"",
            "\"edit\"",
            "\"delete\"",
            "\"restore\"",
            "\"refresh\"",
            "\"merge\"",
            "\" create\"",
            "\"creat\\u0130\"");
    private static final List<String> MODULES = List.of(
            "\"Accounts\"",
            "\"contacts\"",
            "\"DEALS\"",
            "\"Tas\\u212as\"",
            "\"Notes\"",
            "\"Events\"",
            "\"Calls \"",
            "\"Leads\"",
            "\"Ta\\u017fks\"");
    private static final List<String> TIMES = List.of(
            "\"2026-01-01T10:00:00+02:00\"",
            "1718117126473",
            "\"yesterday\"",
            "99999999999999999",
            "-1",
            "\"+999999999-01-01T00:00:00Z\"");

    private final Random random;

    GeneratedBodies(Random random) {
        this.random = random;
    }

    JsonNode next() {
        if (random.nextInt(100) == 0) {
            return oneOf(ANYTHING);
        }
        ObjectNode body = JSON.objectNode();
        maybe(body, "module", oneOf(MODULES));
        boolean mixed = random.nextInt(20) == 0;
        int kind = random.nextInt(4);
        if (kind == 0 || mixed) {
            maybe(body, "operation", oneOf(OPERATIONS));
            maybe(body, "data", list(this::record));
            maybe(body, "user", record());
        }
        if (kind == 1 || mixed) {
            maybe(body, "event_type", oneOf(OPERATIONS));
            maybe(body, "record_id", oneOf(IDS));
            sometimes(body, "record_data", record());
            sometimes(body, "user_id", oneOf(IDS));
        }
        if (kind == 2 || mixed) {
            maybe(body, "operation", oneOf(OPERATIONS));
            maybe(body, "ids", list(() -> oneOf(IDS)));
            sometimes(body, "server_time", oneOf(TIMES));
            sometimes(body, "affected_values", list(this::affected));
            sometimes(body, "affected_fields", list(this::affected));
        }
        if (kind == 3 || mixed) {
            maybe(body, "operation", oneOf(OPERATIONS));
            maybe(body, "id", oneOf(IDS));
            sometimes(body, "Modified_Time", oneOf(TIMES));
            sometimes(body, "Amount", oneOf(ANYTHING));
            sometimes(body, "clears", oneOf(ANYTHING));
            sometimes(body, "token", oneOf(ANYTHING));
        }
        sometimes(body, "modified_fields", list(() -> oneOf(ANYTHING)));
        sometimes(body, "timestamp", oneOf(TIMES));
        return body;
    }

    private JsonNode record() {
        ObjectNode record = JSON.objectNode();
        maybe(record, "id", oneOf(IDS));
        sometimes(record, "Modified_Time", oneOf(TIMES));
        sometimes(record, "Amount", oneOf(ANYTHING));
        return record;
    }

    private JsonNode affected() {
        ObjectNode affected = JSON.objectNode();
        maybe(affected, "record_id", oneOf(IDS));
        maybe(affected, "values", record());
        maybe(affected, "5725767000003000064", list(() -> oneOf(ANYTHING)));
        return affected;
    }

    private interface Source {
        JsonNode next();
    }

    private JsonNode list(Source elements) {
        ArrayNode list = JSON.arrayNode();
        for (int left = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(2); left > 0; left--) {
            list.add(random.nextInt(20) == 0 ? oneOf(ANYTHING) : elements.next());
        }
        return list;
    }

    /** Nearly always there, and nearly always as it should be. */
    private void maybe(ObjectNode body, String name, JsonNode value) {
        int chance = random.nextInt(40);
        if (chance > 0) {
            body.set(name, chance == 1 ? oneOf(ANYTHING) : value);
        }
    }

    private void sometimes(ObjectNode body, String name, JsonNode value) {
        if (random.nextInt(3) == 0) {
            maybe(body, name, value);
        }
    }

    /** The first ones of each list are the good ones, and come more often. */
    private JsonNode oneOf(List<String> values) {
        int index = random.nextBoolean() ? random.nextInt(Math.min(2, values.size())) : random.nextInt(values.size());
        try {
            return Json.MAPPER.readTree(values.get(index));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
