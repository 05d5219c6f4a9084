package io.webhookmemory.sink.failure;

import java.time.Duration;

/**
 * For how long a breaker stays open before it allows the next trial calls.
 *
 * @param first after the first failure
 * @param longest the pauses double up to this one
 */
public record BreakerPauses(Duration first, Duration longest) {
    public static final BreakerPauses DEFAULT = new BreakerPauses(Duration.ofMillis(250), FailurePolicy.LONGEST_PAUSE);

    /** @param times how often the breaker has opened since it was last closed; from 1 */
    Duration after(int times) {
        Duration pause = first;
        for (int i = 1; i < times && pause.compareTo(longest) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longest) > 0 ? longest : pause;
    }
}
