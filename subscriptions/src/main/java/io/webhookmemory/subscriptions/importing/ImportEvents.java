package io.webhookmemory.subscriptions.importing;

import java.time.Duration;

/** What happens during an import, for the operator who watches it. */
public interface ImportEvents {

    /** @param imported records of the module so far, those of earlier runs included */
    void progress(String module, long imported);

    /**
     * The import waits.
     *
     * @param reason in plain words
     * @param since how long it has waited
     */
    void waiting(String reason, Duration since);
}
