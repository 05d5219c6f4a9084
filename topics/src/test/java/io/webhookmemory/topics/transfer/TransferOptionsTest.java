package io.webhookmemory.topics.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TransferOptionsTest {
    @Test
    void what_a_run_looks_up_first_ends_with_it_and_notices_that_kafka_is_gone() {
        StopSignal stop = new StopSignal();
        AtomicInteger probes = new AtomicInteger();
        Transfer.Options run =
                new Transfer.Options(10, new Pace(1, System::nanoTime), stop, Progress.SILENT, probes::incrementAndGet);

        Transfer.Options lookup = run.forLookup();
        lookup.probe().run();
        stop.stop();

        assertThat(probes).hasValue(1);
        assertThat(lookup.stop().isAsked()).isTrue();
        assertThat(lookup.max()).isEqualTo(Long.MAX_VALUE);
        assertThat(lookup.pace().next()).isEqualTo(Duration.ZERO);
    }
}
