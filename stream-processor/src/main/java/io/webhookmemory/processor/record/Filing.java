package io.webhookmemory.processor.record;

import java.util.Map;

/**
 * The account that a record went downstream under, and how it was found.
 *
 * @param module the record's module, by its last event
 * @param account null where it belongs to none
 * @param parents what the records told that it is linked to, by their ids; empty where it names its account itself
 */
public record Filing(String module, String account, Map<String, Told> parents) {
    public Filing {
        parents = Map.copyOf(parents);
    }
}
