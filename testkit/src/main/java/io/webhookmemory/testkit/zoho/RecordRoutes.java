package io.webhookmemory.testkit.zoho;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.webhookmemory.testkit.zoho.Store.Deleted;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reading records, deletions and the names of fields, as CRM API v8 lets one. */
final class RecordRoutes {
    private static final int MAX_IDS_LENGTH = 1024;
    private static final int MAX_FIELDS = 50;
    private static final int MAX_PER_PAGE = 200;
    private static final int PAGES_BY_NUMBER = 10;
    /** Text of a rich-text field is cut to this in lists. */
    private static final int MAX_TEXT_IN_LIST = 500;

    private final ZohoDouble zoho;
    private final Store store;

    RecordRoutes(ZohoDouble zoho, Store store) {
        this.zoho = zoho;
        this.store = store;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/crm/v8/settings/fields", zoho.counted("fields", this::fields));
        routes.get("/crm/v8/{module}/deleted", zoho.counted("deleted", this::deleted));
        routes.get("/crm/v8/{module}/{id}", zoho.counted("record", this::record));
        routes.get("/crm/v8/{module}", zoho.counted("records", this::records));
    }

    private void fields(Context call) {
        String module = Optional.ofNullable(call.queryParam("module")).orElse("");
        requireModule(module);
        ArrayNode rows = Json.MAPPER.createArrayNode();
        for (String name : store.fields(module)) {
            if (!name.startsWith("$")) {
                rows.addObject().put("api_name", name).put("data_type", "text").put("visible", true);
            }
        }
        respond(call, "fields", rows);
    }

    private void record(Context call) {
        requireModule(call.pathParam("module"));
        String id = call.pathParam("id");
        if (!id.matches("\\d{1,19}")) {
            throw new Refusal(
                    400, "INVALID_DATA", "the id given seems to be invalid", Map.of("resource_path_index", 0));
        }
        ArrayNode rows = Json.MAPPER.createArrayNode();
        store.record(call.pathParam("module"), id).ifPresent(rows::add);
        respond(call, "data", rows);
    }

    private void records(Context call) {
        String module = call.pathParam("module");
        requireModule(module);
        if (module.equals("Notes") && zoho.notesAreForAdministrators()) {
            throw new Refusal(403, "NOT_SUPPORTED", "The module is not supported for this user");
        }
        List<String> fields = parts(call, "fields");
        if (fields.isEmpty()) {
            throw new Refusal(
                    400,
                    "REQUIRED_PARAM_MISSING",
                    "One of the expected parameter is missing",
                    Map.of("param", "fields"));
        }
        if (fields.size() > MAX_FIELDS) {
            throw new Refusal(400, "LIMIT_EXCEEDED", "more than 50 fields", Map.of("param", "fields"));
        }
        String ids = Optional.ofNullable(call.queryParam("ids")).orElse("");
        if (ids.length() > MAX_IDS_LENGTH || !ids.matches("[\\d,]*")) {
            throw new Refusal(400, "INVALID_DATA", "invalid data", Map.of("param", "ids"));
        }
        Set<String> wanted = new HashSet<>(parts(call, "ids"));
        Optional<Instant> after = modifiedSince(call);
        List<ObjectNode> found = store.records(module, after).stream()
                .filter(record -> wanted.isEmpty() || wanted.contains(Store.id(record)))
                .map(record -> listed(record, fields))
                .toList();
        if (found.isEmpty() && after.isPresent()) {
            call.status(304);
            return;
        }
        page(call, found);
    }

    private void deleted(Context call) {
        requireModule(call.pathParam("module"));
        String type = Optional.ofNullable(call.queryParam("type")).orElse("all");
        List<ObjectNode> rows = store.deleted(call.pathParam("module"), modifiedSince(call)).stream()
                .filter(row -> type.equals("all") || type.equals(type(row)))
                .map(RecordRoutes::row)
                .toList();
        page(call, rows);
    }

    private static ObjectNode row(Deleted deleted) {
        ObjectNode row = Json.MAPPER.createObjectNode();
        row.putNull("deleted_by");
        row.put("id", Store.id(deleted.record()));
        row.putNull("display_name");
        row.put("type", type(deleted));
        row.putNull("created_by");
        return row.put("deleted_time", Times.write(deleted.at()));
    }

    private static String type(Deleted deleted) {
        return deleted.permanently() ? "permanent" : "recycle";
    }

    private static ObjectNode listed(ObjectNode record, List<String> fields) {
        record.retain(Stream.concat(fields.stream(), Stream.of("id")).toList());
        record.properties().forEach(field -> {
            if (field.getValue().isTextual() && field.getValue().asText().length() > MAX_TEXT_IN_LIST) {
                field.setValue(new TextNode(field.getValue().asText().substring(0, MAX_TEXT_IN_LIST)));
            }
        });
        return record;
    }

    // By number as far as page 10; further only by the token that came with the page before.
    private static void page(Context call, List<ObjectNode> rows) {
        int perPage = number(call, "per_page", MAX_PER_PAGE);
        if (perPage > MAX_PER_PAGE) {
            throw new Refusal(400, "INVALID_DATA", "invalid data", Map.of("param", "per_page"));
        }
        String token = call.queryParam("page_token");
        int page = token == null ? number(call, "page", 1) : pageOf(token);
        if (token == null && page > PAGES_BY_NUMBER) {
            throw new Refusal(400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED", "use page_token beyond 2000 records");
        }
        List<ObjectNode> onPage =
                rows.stream().skip((long) (page - 1) * perPage).limit(perPage).toList();
        if (onPage.isEmpty()) {
            call.status(204);
            return;
        }
        boolean more = rows.size() > page * perPage;
        ObjectNode body = Json.MAPPER.createObjectNode();
        onPage.forEach(body.putArray("data")::add);
        body.putObject("info")
                .put("per_page", perPage)
                .put("count", onPage.size())
                .put("page", page)
                .put("more_records", more)
                .put("next_page_token", more ? tokenOf(page + 1) : null);
        call.json(body);
    }

    private static String tokenOf(int page) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[] {(byte) (page >> 8), (byte) page});
    }

    private static int pageOf(String token) {
        byte[] bytes = Base64.getUrlDecoder().decode(token);
        return (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
    }

    private static void requireModule(String module) {
        if (!ZohoDouble.MODULES.contains(module)) {
            throw new Refusal(400, "INVALID_MODULE", "the module name given seems to be invalid");
        }
    }

    private static void respond(Context call, String key, ArrayNode rows) {
        if (rows.isEmpty()) {
            call.status(204);
        } else {
            call.json(Json.MAPPER.createObjectNode().set(key, rows));
        }
    }

    private static Optional<Instant> modifiedSince(Context call) {
        return Optional.ofNullable(call.header("If-Modified-Since"))
                .map(text -> Times.read(text)
                        .orElseThrow(() -> new Refusal(400, "INVALID_DATA", "If-Modified-Since is not ISO 8601")));
    }

    private static int number(Context call, String parameter, int fallback) {
        return Optional.ofNullable(call.queryParam(parameter))
                .map(Integer::parseInt)
                .orElse(fallback);
    }

    private static List<String> parts(Context call, String parameter) {
        return Arrays.stream(Optional.ofNullable(call.queryParam(parameter))
                        .orElse("")
                        .split(",", -1))
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
