package io.webhookmemory.subscriptions.importing;

import java.util.Optional;

/** Where the import of each module stands, kept so that a run can continue another. */
public interface Positions {

    /** Empty where no import of the module began, or it was kept too long ago. */
    Optional<ModulePosition> of(String module);

    /** Returns when the position is kept for good. */
    void keep(String module, ModulePosition position);
}
