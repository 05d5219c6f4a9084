package io.webhookmemory.processor.topology;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Repeats a step of maintenance at the times that the step itself determines. Kafka Streams commits a transaction after
 * every call of a punctuator, even if the call did nothing, so a punctuator with a short fixed interval would cost
 * several transactions a second at rest.
 */
final class PacedSteps {
    private PacedSteps() {}

    /**
     * Schedules the first step.
     *
     * @param step receives the wall clock, milliseconds since the epoch; returns the time until the next step
     */
    static void schedule(ProcessorContext<?, ?> context, Duration first, LongFunction<Duration> step) {
        once(context, first, now -> schedule(context, step.apply(now), step));
    }

    /** Schedules a step that is not repeated. */
    static void once(ProcessorContext<?, ?> context, Duration delay, LongConsumer step) {
        AtomicReference<Cancellable> scheduled = new AtomicReference<>();
        scheduled.set(context.schedule(delay, PunctuationType.WALL_CLOCK_TIME, now -> {
            scheduled.get().cancel();
            step.accept(now);
        }));
    }
}
