package io.webhookmemory.bench;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench soak}. */
@Command(
        name = "soak",
        description = "Start-up and memory of the three services, each a process of its own, under steady load.")
final class SoakCommand extends Measurement {
    @Option(names = "--minutes", description = "Length of the load.")
    private int minutes = 10;

    @Option(names = "--rate", description = "Webhooks per second.")
    private int rate = 200;

    @Option(names = "--records", description = "Records that they change in turn.")
    private int records = 2_000;

    @Option(names = "--jvm-option", description = "A further option of the services' JVMs.")
    private List<String> jvmOptions = List.of();

    @Override
    String processes() {
        return ServiceParts.PROCESSES;
    }

    @Override
    void measure() {
        try (SoakScenario scenario = new SoakScenario(jvmOptions)) {
            print(
                    "Start and resident memory, MiB; %d minutes of %d updates a second over %d records"
                            .formatted(minutes, rate, records),
                    scenario.run(minutes, rate, records));
        }
    }
}
