package io.webhookmemory.bench;

import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench operations}. */
@Command(name = "operations", description = "How fast dead letters are sent back and events replayed.")
final class OperationsCommand extends Measurement {
    @Option(names = "--letters", description = "Dead letters a round.")
    private int deadLetters = 10_000;

    @Option(names = "--events", description = "Events to replay in each round.")
    private int events = 1_000_000;

    @Option(names = "--rounds", description = "Rounds.")
    private int rounds = 3;

    @Override
    String processes() {
        return "broker and command in one JVM with %d MiB of heap"
                .formatted(Runtime.getRuntime().maxMemory() >> 20);
    }

    @Override
    void measure() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            print(
                    "Operations, one broker, events of %d bytes".formatted(OperationsScenario.eventBytes()),
                    new OperationsScenario(kafka.bootstrapServers(), deadLetters, events).run(rounds));
        }
    }
}
