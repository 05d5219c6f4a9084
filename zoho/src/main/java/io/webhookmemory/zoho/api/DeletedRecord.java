package io.webhookmemory.zoho.api;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A deleted record, as reported by Zoho.
 *
 * @param deletedTime to the second, as reported by Zoho
 * @param permanently false if it is in the recycle bin and may be restored
 */
public record DeletedRecord(String id, Instant deletedTime, boolean permanently) {

    /** The end of that second: a change of the record in the same second precedes the deletion. */
    public Instant endOfSecond() {
        return deletedTime.truncatedTo(ChronoUnit.SECONDS).plusMillis(999);
    }
}
