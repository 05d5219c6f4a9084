package io.webhookmemory.bench;

import io.webhookmemory.quickstart.LocalPipeline;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench memory}. */
@Command(name = "memory", description = "How long from a webhook to its document in memory.")
final class MemoryCommand extends Measurement {
    @Option(names = "--seconds", description = "Length of the latency measurement.")
    private int seconds = 30;

    @Option(names = "--rate", description = "Events per second in it.")
    private int rate = 200;

    @Override
    void measure() {
        try (LocalPipeline pipeline = LocalPipeline.start(Map.of("WEBHOOK_NUM_WORKERS", "10"))) {
            print(
                    "Event to memory, instant Cognee",
                    new MemoryLatencyScenario(pipeline).run(rate, Duration.ofSeconds(seconds)));
        }
    }
}
