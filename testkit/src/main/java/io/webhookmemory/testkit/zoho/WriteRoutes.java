package io.webhookmemory.testkit.zoho;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.webhookmemory.topics.json.Json;
import java.util.concurrent.atomic.AtomicLong;

/** Creating, changing and deleting single records, as the contract suite does whatever Zoho it is run against. */
final class WriteRoutes {
    private final ZohoDouble zoho;
    private final AtomicLong nextId = new AtomicLong(5725767000009000000L);

    WriteRoutes(ZohoDouble zoho) {
        this.zoho = zoho;
    }

    void addTo(RoutesConfig routes) {
        routes.post("/crm/v8/{module}", zoho.counted("create", this::create));
        routes.put("/crm/v8/{module}/{id}", zoho.counted("update", this::update));
        routes.delete("/crm/v8/{module}/{id}", zoho.counted("delete", this::delete));
    }

    private void create(Context call) throws JsonProcessingException {
        String id = String.valueOf(nextId.incrementAndGet());
        zoho.put(call.pathParam("module"), record(call).put("id", id));
        respond(call.status(201), id, "record added");
    }

    private void update(Context call) throws JsonProcessingException {
        requireRecord(call);
        zoho.put(call.pathParam("module"), record(call).put("id", call.pathParam("id")));
        respond(call, call.pathParam("id"), "record updated");
    }

    private void delete(Context call) {
        requireRecord(call);
        zoho.delete(call.pathParam("module"), call.pathParam("id"));
        respond(call, call.pathParam("id"), "record deleted");
    }

    private void requireRecord(Context call) {
        if (zoho.record(call.pathParam("module"), call.pathParam("id")).isEmpty()) {
            throw new Refusal(400, "INVALID_DATA", "the id given seems to be invalid");
        }
    }

    private static ObjectNode record(Context call) throws JsonProcessingException {
        JsonNode record = Json.MAPPER.readTree(call.body()).path("data").path(0);
        if (record instanceof ObjectNode object) {
            return object;
        }
        throw new Refusal(400, "MANDATORY_NOT_FOUND", "required field not found");
    }

    private static void respond(Context call, String id, String message) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        ObjectNode result = body.putArray("data").addObject();
        result.put("code", "SUCCESS").put("message", message).put("status", "success");
        result.putObject("details").put("id", id);
        call.json(body);
    }
}
