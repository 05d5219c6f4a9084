package io.webhookmemory.processor;

import java.time.Duration;

/**
 * How long a consumer of Kafka Streams waits for records; a record ends each wait. A thread of Kafka Streams asks ten times
 * a second, and most of its processor time at rest is for that. After two seconds without records it has nothing left to
 * commit, and what else it does, such as maintenance, can wait a little longer. Used by one thread.
 */
final class PollPatience {
    static final int POLLS_AS_ASKED = 20;
    static final Duration LONG = Duration.ofMillis(500);

    private int empty;

    /** @param asked zero while there are records to process */
    Duration of(Duration asked) {
        return asked.isZero() || empty < POLLS_AS_ASKED || asked.compareTo(LONG) > 0 ? asked : LONG;
    }

    /** Reports the result of a poll. */
    void polled(Duration asked, boolean isEmpty) {
        if (!isEmpty) {
            empty = 0;
        } else if (!asked.isZero()) {
            empty++;
        }
    }
}
