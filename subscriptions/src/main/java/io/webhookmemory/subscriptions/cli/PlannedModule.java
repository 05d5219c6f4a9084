package io.webhookmemory.subscriptions.cli;

import io.webhookmemory.subscriptions.importing.ModulePosition;
import io.webhookmemory.zoho.api.ModuleCount;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A module as it is before the import.
 *
 * @param kept where an earlier run ended; empty where there was none
 */
record PlannedModule(ModuleCount count, Optional<ModulePosition> kept) {

    String name() {
        return count.module();
    }

    ModulePosition position() {
        return kept.orElse(ModulePosition.BEGINNING);
    }

    boolean finished() {
        return position().finished().isPresent();
    }

    /** Records to import; empty where Zoho does not say how many there are. */
    OptionalLong left() {
        if (finished()) {
            return OptionalLong.of(0);
        }
        OptionalLong records = count.records();
        return records.isPresent()
                ? OptionalLong.of(Math.max(0, records.getAsLong() - position().records()))
                : records;
    }
}
