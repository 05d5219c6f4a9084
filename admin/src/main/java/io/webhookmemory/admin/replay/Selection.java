package io.webhookmemory.admin.replay;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;

/**
 * Selects the events of a topic to replay.
 *
 * @param from the topic
 * @param since written to the topic then or later
 * @param until written to it before; null for the end when the run begins
 * @param modules case does not matter; empty for all, like the following
 */
public record Selection(
        String from, Instant since, Instant until, List<String> modules, List<String> accounts, List<String> records) {

    public Selection {
        modules = sorted(modules);
        accounts = sorted(accounts);
        records = sorted(records);
    }

    // The order does not matter; null if an empty list was not written.
    private static List<String> sorted(List<String> values) {
        return values == null ? List.of() : values.stream().sorted().toList();
    }

    /** Whether the selection includes every event of the time range, so that no value has to be parsed. */
    @JsonIgnore
    public boolean isWhole() {
        return modules.isEmpty() && accounts.isEmpty() && records.isEmpty();
    }
}
