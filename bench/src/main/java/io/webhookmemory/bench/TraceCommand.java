package io.webhookmemory.bench;

import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench trace}. */
@Command(name = "trace", description = "How fast a record's or an event's journey is found among others.")
final class TraceCommand extends Measurement {
    @Option(names = "--events", description = "Events in the record's partition of each of two topics.")
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
                    "Trace, one broker, %,d events of %d bytes in one partition of zoho.webhooks and of zoho.deals each"
                            .formatted(events, OperationsScenario.eventBytes()),
                    new TraceScenario(kafka.bootstrapServers(), events).run(rounds));
        }
    }
}
