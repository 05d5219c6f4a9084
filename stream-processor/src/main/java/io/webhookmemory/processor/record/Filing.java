package io.webhookmemory.processor.record;

import java.util.Map;

/**
 * The account under which a record was routed, and how it was found.
 *
 * @param module the record's module, by its last event
 * @param account null if it belongs to none
 * @param parents what the records it is linked to have told, by their ids; empty if it names its account itself
 */
public record Filing(String module, String account, Map<String, Told> parents) {
    public Filing {
        parents = Map.copyOf(parents);
    }
}
