package io.webhookmemory.processor.topology;

import java.time.Duration;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * How often a stream thread commits. Consumers see an event once its transaction is committed, so recent events are committed at a
 * short interval. A thread that is behind does without: each transaction takes time, and more of them would make it later still. It
 * commits at the interval of Kafka Streams then ({@link #intervalBehind}). Thread-safe.
 */
public final class CommitPace {
    /** An event that is older, when it is processed, shows that the thread is behind. */
    static final Duration BEHIND = Duration.ofSeconds(1);

    private final Duration interval;
    // A commit is for all tasks of a thread.
    private final ThreadLocal<ThreadPace> threads = ThreadLocal.withInitial(ThreadPace::new);

    /** Times of one thread, milliseconds since the epoch. */
    private static final class ThreadPace {
        private long committed;
        private long planned;
    }

    /** @param interval between two commits of recent events */
    public CommitPace(Duration interval) {
        this.interval = interval;
    }

    /** The value for Kafka Streams' {@code commit.interval.ms}. */
    public Duration intervalBehind() {
        return interval.compareTo(BEHIND) > 0 ? interval : BEHIND;
    }

    /**
     * Asks for a commit if one is due, and otherwise plans it.
     *
     * @param timestamp of the event that is being processed, milliseconds since the epoch
     */
    void onEvent(ProcessorContext<?, ?> context, long timestamp) {
        long now = context.currentSystemTimeMs();
        if (interval.compareTo(BEHIND) >= 0 || now - timestamp > BEHIND.toMillis()) {
            return;
        }
        ThreadPace thread = threads.get();
        long due = thread.committed + interval.toMillis();
        if (now >= due) {
            thread.committed = now;
            context.commit();
        } else if (thread.planned <= thread.committed) {
            thread.planned = due;
            // If the task is closed before, nothing happens; the next event after the time commits.
            PacedSteps.once(context, Duration.ofMillis(due - now), time -> {
                thread.committed = time;
                context.commit();
            });
        }
    }
}
