package io.webhookmemory.zoho.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.zoho.api.ZohoHttp.Call;
import io.webhookmemory.zoho.crm.CrmModules;
import io.webhookmemory.zoho.crm.ZohoTimes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads changes since a given time: changed records, including Notes, and deletions. Every call blocks, is bounded in
 * time, and may throw a {@link ZohoException}. Thread-safe.
 */
public final class ZohoChanges {
    private static final String LEADS = "Leads";
    private static final String CONVERTED = "?converted=true&fields=Modified_Time&sort_by=Modified_Time&sort_order=asc";
    private static final int PER_PAGE = 200;
    private static final int MAX_FIELDS = 50;
    private static final int PAGES_BY_NUMBER = 10;
    /** Times are in whole seconds, and it is not documented whether the bound itself is included. */
    private static final Duration BOUND = Duration.ofSeconds(1);

    private final ZohoHttp http;
    private final RecordTimes times;
    private final Clock clock;

    ZohoChanges(ZohoHttp http, RecordTimes times, Clock clock) {
        this.http = http;
        this.times = times;
        this.clock = clock;
    }

    /**
     * All existing records of a module that were created or changed at or after a time, in order of change, page by
     * page. A record that changes meanwhile is returned again; none is left out. Two hundred records cost a credit.
     *
     * <p>Notes can be read with an administrator's credentials only.
     *
     * @param fields to return besides {@code id} and {@code Modified_Time}; 48 at most
     * @param page receives each page before the next is requested
     */
    public void modifiedSince(String module, Instant since, List<String> fields, Consumer<List<ObjectNode>> page) {
        Set<String> names = new HashSet<>(fields);
        names.addAll(List.of("id", "Modified_Time"));
        if (names.size() > MAX_FIELDS) {
            throw new IllegalArgumentException("more than 48 fields");
        }
        Sweep sweep = new Sweep(module, String.join(",", names), since.minus(BOUND));
        while (!sweep.at.isEmpty()) {
            List<ObjectNode> rows = sweep.next();
            if (!rows.isEmpty()) {
                page.accept(rows);
            }
        }
    }

    /**
     * One reading. With pages by number, a record would be left out if one before it changes and therefore moves to the
     * end. So each page requests the changes since the last one of the page before; numbers and tokens are used only
     * within one second.
     */
    private final class Sweep {
        private final String module;
        private final String fields;
        private Instant from;
        private int page = 1;
        private String at = "&page=1";
        /** Time of change by id, of records that were returned and may be returned again. */
        private final Map<String, Instant> given = new HashMap<>();

        Sweep(String module, String fields, Instant from) {
            this.module = module;
            this.fields = fields;
            this.from = from;
        }

        List<ObjectNode> next() {
            JsonNode body = http.send(call()).body();
            List<ObjectNode> fresh = new ArrayList<>();
            Instant last = from;
            for (JsonNode row : body.path("data")) {
                String id = row.path("id").asText();
                Instant modified = ZohoTimes.read(row.path("Modified_Time")).orElse(from);
                if (row instanceof ObjectNode record && !modified.equals(given.get(id))) {
                    fresh.add(record);
                }
                given.put(id, modified);
                last = modified;
            }
            advance(body.path("info"), last);
            return fresh;
        }

        private Call call() {
            String query = "?fields=" + ZohoHttp.encode(fields) + "&sort_by=Modified_Time&sort_order=asc&per_page="
                    + PER_PAGE + at;
            return since("modified", ZohoRecords.path(module) + query, from);
        }

        private void advance(JsonNode info, Instant last) {
            Instant next = last.minus(BOUND);
            if (next.isAfter(from)) {
                from = next;
                page = 0;
                given.values().removeIf(time -> time.isBefore(next));
            }
            page++;
            at = nextPage(info, page);
        }
    }

    /**
     * Records of a module that were deleted at or after a time: those in the recycle bin (60 days) and those deleted
     * permanently (120 days). Two hundred cost a credit. Those of Activities are read as Tasks, Events and Calls.
     */
    public List<DeletedRecord> deletedSince(String module, Instant since) {
        List<DeletedRecord> deleted = new ArrayList<>();
        Instant readAt = clock.instant();
        for (String holding : CrmModules.holding(module)) {
            rows("deleted", ZohoRecords.path(holding) + "/deleted?type=all", since)
                    .forEach(row -> deleted(row, "deleted_time", readAt).ifPresent(deleted::add));
        }
        if (module.equals(LEADS)) {
            rows("converted", ZohoRecords.path(module) + CONVERTED, since)
                    .forEach(row -> deleted(row, "Modified_Time", readAt).ifPresent(deleted::add));
        }
        return deleted;
    }

    private List<JsonNode> rows(String name, String path, Instant since) {
        List<JsonNode> rows = new ArrayList<>();
        String at = "&page=1";
        for (int page = 2; !at.isEmpty(); page++) {
            Call call = since(name, path + "&per_page=" + PER_PAGE + at, since.minus(BOUND));
            JsonNode body = http.send(call).body();
            body.path("data").forEach(rows::add);
            at = nextPage(body.path("info"), page);
        }
        return rows;
    }

    /** Empty where there is no further page. */
    private static String nextPage(JsonNode info, int number) {
        if (!info.path("more_records").asBoolean()) {
            return "";
        }
        String token = number > PAGES_BY_NUMBER ? info.path("next_page_token").asText("") : "";
        return token.isEmpty() ? "&page=" + number : "&page_token=" + ZohoHttp.encode(token);
    }

    /** @param readAt the record was gone then: the time of a deletion of which Zoho says none that can be read */
    private Optional<DeletedRecord> deleted(JsonNode row, String timeField, Instant readAt) {
        String id = row.path("id").asText();
        if (id.isEmpty()) {
            return Optional.empty();
        }
        Instant time = times.read(row, timeField).orElse(readAt);
        return Optional.of(
                new DeletedRecord(id, time, !row.path("type").asText().equals("recycle")));
    }

    private static Call since(String name, String path, Instant time) {
        return new Call(name, "GET", path, Map.of("If-Modified-Since", ZohoTimes.write(time)), Optional.empty());
    }
}
