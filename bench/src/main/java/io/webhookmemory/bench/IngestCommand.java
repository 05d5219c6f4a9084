package io.webhookmemory.bench;

import io.webhookmemory.quickstart.LocalPipeline;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench ingest}. */
@Command(name = "ingest", description = "How many webhooks a second are acknowledged.")
final class IngestCommand extends Measurement {
    @Option(names = "--rounds", description = "Rounds of the throughput measurement.")
    private int rounds = 5;

    @Option(names = "--webhooks", description = "Webhooks a round.")
    private int webhooks = 20_000;

    @Override
    void measure() {
        try (LocalPipeline pipeline = LocalPipeline.start(Map.of())) {
            print("Webhooks in", new IngestScenario(pipeline, webhooks).run(rounds));
        }
    }
}
