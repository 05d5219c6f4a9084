package io.webhookmemory.bench;

import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench cost}. */
@Command(name = "cost", description = "Processor time of a small deployment, by process: at rest, and for an event.")
final class CostCommand extends Measurement {
    @Option(
            names = "--rates",
            split = ",",
            description = "Webhooks of one record per second.",
            defaultValue = "1,20,200")
    private List<Integer> rates;

    @Option(names = "--seconds", description = "Length of each measurement.")
    private int seconds = 60;

    @Option(names = "--warm-up-seconds", description = "Load before the first measurement.")
    private int warmUpSeconds = 120;

    @Option(names = "--jvm-option", description = "A further option of the services' JVMs.")
    private List<String> jvmOptions = List.of();

    @Override
    String processes() {
        return ServiceParts.PROCESSES;
    }

    @Override
    void measure() {
        try (CostScenario scenario = new CostScenario(Duration.ofSeconds(seconds), jvmOptions)) {
            print("Processor time", scenario.run(Duration.ofSeconds(warmUpSeconds), rates));
        }
    }
}
