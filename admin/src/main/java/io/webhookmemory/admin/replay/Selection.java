package io.webhookmemory.admin.replay;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;

/**
 * Which events of a topic are to be replayed.
 *
 * @param from the topic
 * @param since written to the topic then or later
 * @param until written to it before; null for the end as it is when the run begins
 * @param modules in upper or lower case; empty for all, as are the following
 */
public record Selection(
        String from, Instant since, Instant until, List<String> modules, List<String> accounts, List<String> records) {

    public Selection {
        modules = sorted(modules);
        accounts = sorted(accounts);
        records = sorted(records);
    }

    // The order in which they were given is no difference; null where an empty list was not written.
    private static List<String> sorted(List<String> values) {
        return values == null ? List.of() : values.stream().sorted().toList();
    }

    /** Whether every event in the stretch of time is meant, so that none needs to be looked into. */
    @JsonIgnore
    public boolean isWhole() {
        return modules.isEmpty() && accounts.isEmpty() && records.isEmpty();
    }
}
