package io.webhookmemory.processor;

import java.time.Duration;

/**
 * Lets changes of the directory gather. Every event of the pipeline soon becomes one, and to be woken up for it costs a
 * third of the stream-processor's processor time at low rates. The directory is a hint, which may be a little older. Used by
 * one thread.
 */
final class PollPace {
    static final Duration GATHERING = Duration.ofMillis(200);
    /** After a poll with more records, there is probably a backlog. */
    static final int FEW = 100;

    private boolean few;

    /** How long to wait before a poll: not at all, unless the one before it found few records. */
    Duration before(Duration asked) {
        // Longer waits are those of the start, which reads the whole directory.
        return few && asked.compareTo(GATHERING) <= 0 ? GATHERING : Duration.ZERO;
    }

    /** Reports the result of a poll. */
    void polled(int records) {
        few = records > 0 && records < FEW;
    }
}
