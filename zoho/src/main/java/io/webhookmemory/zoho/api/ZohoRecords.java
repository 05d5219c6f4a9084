package io.webhookmemory.zoho.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.zoho.api.ZohoFailure.Gone;
import io.webhookmemory.zoho.api.ZohoFailure.Permanent;
import io.webhookmemory.zoho.crm.CrmModules;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads records. Every call blocks, is bounded in time, and may throw a {@link ZohoException} whose failure no single
 * record causes. Thread-safe.
 */
public final class ZohoRecords {
    /** Zoho limits the list of ids to 1024 characters: fifty ids of nineteen digits. */
    private static final int MAX_IDS = 50;

    private static final int MAX_FIELDS = 50;
    /** Lists truncate rich text to this length without a notice: such a record is read again by itself. */
    private static final int CUT_TEXT = 500;

    private static final String ID = "\\d{1,19}";

    private final ZohoHttp http;
    private final FieldNames fields;

    ZohoRecords(ZohoHttp http, Clock clock) {
        this.http = http;
        this.fields = new FieldNames(http, clock);
    }

    /** The field names of a module that lists can contain, without {@code id}; read from Zoho once an hour. */
    public List<String> fieldNames(String module) {
        return fields.of(module);
    }

    /** As many of the module's field names as one list can contain beside {@code id} and {@code Modified_Time}. */
    public List<String> fieldNamesOfOneList(String module) {
        List<String> names = fieldNames(module);
        return names.subList(0, Math.min(names.size(), MAX_FIELDS - 2));
    }

    /** Whether a list may have truncated the text: only its length tells. */
    public static boolean mayBeCut(JsonNode value) {
        return value.asText().length() == CUT_TEXT;
    }

    /** One record with all its fields. */
    public Lookup read(String module, String id) {
        if (!id.matches(ID)) {
            return new Lookup.Missing();
        }
        try {
            ZohoResponse response = http.send(ZohoHttp.Call.get("record", path(module) + "/" + id));
            return response.body().path("data").path(0) instanceof ObjectNode record
                    ? new Lookup.Found(module, record)
                    : new Lookup.Missing();
        } catch (ZohoException e) {
            if (e.failure() instanceof Gone) {
                return new Lookup.Missing();
            }
            if (e.failure() instanceof Permanent why) {
                return new Lookup.Refused(why);
            }
            throw e;
        }
    }

    /**
     * Many records, fifty per call, with all fields that lists can contain. Records of which a list would return less
     * than exists are read by themselves. Records of Activities are read as Tasks, Events and Calls.
     *
     * @return a result for each of the ids, in their order
     */
    public Map<String, Lookup> readAll(String module, Collection<String> ids) {
        Map<String, Lookup> results = new LinkedHashMap<>();
        Set<String> wanted = new LinkedHashSet<>(ids);
        wanted.forEach(id -> results.put(id, new Lookup.Missing()));
        wanted.removeIf(id -> !id.matches(ID));
        for (String holding : CrmModules.holding(module)) {
            Chunks.of(List.copyOf(wanted), MAX_IDS).forEach(chunk -> results.putAll(readChunk(holding, chunk)));
            wanted.removeIf(id -> results.get(id) instanceof Lookup.Found);
        }
        return results;
    }

    /** Without those that are missing. */
    private Map<String, Lookup> readChunk(String module, List<String> ids) {
        Map<String, Lookup> results = new LinkedHashMap<>();
        if (ids.size() == 1 || !list(module, ids, results)) {
            ids.forEach(id -> results.put(id, read(module, id)));
        }
        results.values().removeIf(Lookup.Missing.class::isInstance);
        return results;
    }

    /**
     * @return false if list or fields were refused: one bad id makes the whole call fail, and Notes are for
     *     administrators
     */
    private boolean list(String module, List<String> ids, Map<String, Lookup> results) {
        List<List<String>> calls;
        Map<String, List<ObjectNode>> parts = new LinkedHashMap<>();
        try {
            if (!fields.areAllInLists(module)) {
                return false;
            }
            calls = Chunks.of(fields.of(module), MAX_FIELDS - 1);
            for (List<String> names : calls) {
                String query = "?ids=" + String.join(",", ids) + "&per_page=200&fields=" + encode(names);
                http.send(ZohoHttp.Call.get("records", path(module) + query))
                        .body()
                        .path("data")
                        .forEach(row -> addPart(parts, row));
            }
        } catch (ZohoException e) {
            if (e.failure() instanceof Gone || e.failure() instanceof Permanent) {
                return false;
            }
            throw e;
        }
        int parted = calls.size();
        parts.forEach((id, ofRecord) -> results.put(
                id,
                whole(ofRecord, parted)
                        .map(record -> (Lookup) new Lookup.Found(module, record))
                        .orElseGet(() -> read(module, id))));
        return true;
    }

    private static void addPart(Map<String, List<ObjectNode>> parts, JsonNode row) {
        if (row instanceof ObjectNode part) {
            parts.computeIfAbsent(part.path("id").asText(), absent -> new ArrayList<>())
                    .add(part);
        }
    }

    /** The assembled record; empty if it changed between the calls, or may have more fields than the list returns. */
    private static Optional<ObjectNode> whole(List<ObjectNode> parts, int calls) {
        ObjectNode record = parts.get(0);
        boolean oneState = parts.size() == calls
                && parts.stream().allMatch(part -> part.path("Modified_Time").equals(record.path("Modified_Time")));
        parts.forEach(record::setAll);
        return oneState && !mayHoldCutText(record) && !isOfUnknownParent(record)
                ? Optional.of(record)
                : Optional.empty();
    }

    private static boolean mayHoldCutText(ObjectNode record) {
        return record.properties().stream().anyMatch(field -> mayBeCut(field.getValue()));
    }

    // It is not documented whether a list returns $se_module when requested.
    private static boolean isOfUnknownParent(ObjectNode record) {
        return record.hasNonNull("What_Id") && !record.hasNonNull("$se_module");
    }

    static String path(String module) {
        return "/" + ZohoHttp.encode(module);
    }

    private static String encode(List<String> names) {
        String withTime = names.contains("Modified_Time") ? "" : ",Modified_Time";
        return ZohoHttp.encode(String.join(",", names) + withTime);
    }
}
