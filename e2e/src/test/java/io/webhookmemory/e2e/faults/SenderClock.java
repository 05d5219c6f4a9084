package io.webhookmemory.e2e.faults;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The clock of Zoho CRM, whole seconds as in its API, which can jump an hour ahead and back. The ingress counts a time so far
 * ahead as the time of receipt, which has milliseconds: for some seconds after the jump, times have them too. Otherwise a
 * change within the same second would truly be the older one. Thread-safe.
 */
final class SenderClock {
    private static final Duration JUMP = Duration.ofHours(1);
    private static final Duration PRECISE_AFTER_JUMP = Duration.ofSeconds(2);

    private volatile boolean ahead;
    private volatile Instant back = Instant.EPOCH;

    void jumpAhead() {
        ahead = true;
    }

    void jumpBack() {
        back = Instant.now();
        ahead = false;
    }

    Instant now() {
        Instant now = Instant.now();
        if (ahead) {
            return now.plus(JUMP).truncatedTo(ChronoUnit.SECONDS);
        }
        return now.isBefore(back.plus(PRECISE_AFTER_JUMP))
                ? now.truncatedTo(ChronoUnit.MILLIS)
                : now.truncatedTo(ChronoUnit.SECONDS);
    }
}
