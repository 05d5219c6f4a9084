package io.webhookmemory.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An orchestrator may change its mind while the process waits for its partitions, or restores their state for minutes. */
class StopWhileStartingIT {
    @TempDir
    private Path directory;

    @Test
    void a_process_that_is_told_to_stop_before_it_is_ready_ends_in_order() {
        // The group gets no partitions within the time that this test takes.
        try (EmbeddedKafka kafka = EmbeddedKafka.start(1, Map.of("group.initial.rebalance.delay.ms", "120000"))) {
            KafkaForTests.applyCatalogue(kafka.bootstrapServers(), Map.of());
            try (ProcessorProcess processor = ProcessorProcess.start(kafka.bootstrapServers(), directory, Map.of())) {
                await().atMost(Duration.ofMinutes(1))
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> processor.get("/readyz").body().contains("rebalancing or restoring state"));

                assertThat(processor.terminate()).isZero();
                assertThat(processor.log())
                        .contains("stopped while starting")
                        .doesNotContain("\"ERROR\"", "cannot start", "\"ready\"");
            }
        }
    }
}
