package io.webhookmemory.ingress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.webhookmemory.topics.wire.EventCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The committed OpenAPI document, and validators of what it describes. */
public final class OpenApi {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private OpenApi() {}

    public static ObjectNode document() {
        try {
            return (ObjectNode) YAML.readTree(OpenApi.class.getResourceAsStream("/openapi.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A schema of the document's components. */
    public static Schema schema(String name) {
        return schemaAt("#/components/schemas/" + name);
    }

    /** The schema under a reference into the document. */
    static Schema schemaAt(String reference) {
        ObjectNode root = document();
        // OpenAPI 3.1 schemas are JSON Schema; the document around them is of no concern to it.
        root.put("$ref", reference);
        return REGISTRY.getSchema(root);
    }

    /** The schema of events on topics. */
    public static Schema eventSchema() {
        return REGISTRY.getSchema(EventCodec.class.getResourceAsStream("/schema/webhook-event.schema.json"));
    }

    /** What is wrong with a value, formats included. */
    public static List<?> problems(Schema schema, JsonNode value) {
        return schema.validate(
                value, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }
}
