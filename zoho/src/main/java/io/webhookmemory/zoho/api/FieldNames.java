package io.webhookmemory.zoho.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names of each module's fields, which lists of records must be asked for by. Asked of Zoho once an hour, so that an
 * organisation's own fields are among them. Thread-safe.
 */
final class FieldNames {
    private static final Duration LIFE = Duration.ofHours(1);
    /** These a list cannot give, only the reading of a single record. */
    private static final Set<String> NOT_IN_LISTS = Set.of("subform", "multiselectlookup", "multiuserlookup");

    private static final Set<String> ACTIVITIES = Set.of("Tasks", "Events", "Calls");
    /** Fields of Notes cannot be asked for: the module is not among those that have this metadata. */
    private static final List<String> OF_NOTES = List.of(
            "Note_Title",
            "Note_Content",
            "Parent_Id",
            "Owner",
            "Created_By",
            "Modified_By",
            "Created_Time",
            "Modified_Time");

    private final ZohoHttp http;
    private final Clock clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(List<String> names, Instant goodUntil) {}

    FieldNames(ZohoHttp http, Clock clock) {
        this.http = http;
        this.clock = clock;
    }

    /** Never empty; without {@code id}, which is always given. */
    List<String> of(String module) {
        if (module.equals("Notes")) {
            return OF_NOTES;
        }
        Instant now = clock.instant();
        Known names = known.get(module);
        if (names == null || !now.isBefore(names.goodUntil())) {
            names = new Known(ask(module), now.plus(LIFE));
            known.put(module, names);
        }
        return names.names();
    }

    private List<String> ask(String module) {
        ZohoResponse response =
                http.send(ZohoHttp.Call.get("fields", "/settings/fields?module=" + ZohoHttp.encode(module)));
        List<String> names = new ArrayList<>(List.of("Modified_Time", "Created_Time"));
        for (JsonNode field : response.body().path("fields")) {
            String name = field.path("api_name").asText();
            if (name.matches("[A-Za-z]\\w{0,99}")
                    && !NOT_IN_LISTS.contains(field.path("data_type").asText())
                    && !names.contains(name)
                    && !name.equals("id")) {
                names.add(name);
            }
        }
        if (ACTIVITIES.contains(module)) {
            // Says of which module What_Id is.
            names.add("$se_module");
        }
        return List.copyOf(names);
    }
}
