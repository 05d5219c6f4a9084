package io.webhookmemory.sink.cognify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;

import io.webhookmemory.sink.OutageGate;
import io.webhookmemory.sink.consume.Lanes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class CognifyStageTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @AutoClose
    private final Lanes lanes = new Lanes(1, "test-lane");

    @AutoClose
    private final OutageGate gate = new OutageGate("graphs", Clock.systemUTC(), () -> true);

    @Test
    void a_schedule_that_fails_ends_the_process_rather_than_itself_in_silence() {
        CompletableFuture<Throwable> fatal = new CompletableFuture<>();
        CognifyStage.Settings settings = new CognifyStage.Settings(1, Duration.ZERO, 1);

        // Memory, topics and metrics are for runs, and to none does it come.
        try (CognifyStage stage =
                new CognifyStage(null, lanes, gate, null, null, settings, null, fatal::complete, new StoppedClock())) {
            stage.start();

            assertThat(fatal).succeedsWithin(LIMIT, THROWABLE).hasMessage("on purpose");
        }
    }

    /** It fails whoever asks it, as the schedule does first of all. */
    private static final class StoppedClock extends Clock {
        @Override
        public Instant instant() {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public ZoneId getZone() {
            throw new UnsupportedOperationException("not needed");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("not needed");
        }
    }
}
