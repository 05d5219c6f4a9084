package io.webhookmemory.subscriptions.cli;

import io.webhookmemory.subscriptions.importing.ModuleCount;
import io.webhookmemory.subscriptions.importing.ModulePosition;
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
        return finished() ? OptionalLong.of(0) : count.left(position());
    }
}
