package io.webhookmemory.zoho.api;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A record that Zoho says was deleted, or a lead that was converted.
 *
 * @param deletedTime to the second, as Zoho gives it
 * @param permanently false where it is in the recycle bin, out of which it may come back
 */
public record DeletedRecord(String id, Instant deletedTime, boolean permanently) {

    /** The end of that second: a change of the record in the same second was before the deletion, not after it. */
    public Instant endOfSecond() {
        return deletedTime.truncatedTo(ChronoUnit.SECONDS).plusMillis(999);
    }
}
