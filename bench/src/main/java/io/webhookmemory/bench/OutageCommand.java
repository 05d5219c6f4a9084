package io.webhookmemory.bench;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench outage}. */
@Command(
        name = "outage",
        description =
                "The ingress beside 500 senders of 1 MiB and 1,000 connections of garbage, with its broker frozen under 500 senders, and beside 1,000 senders of a byte a second.")
final class OutageCommand extends Measurement {
    @Option(names = "--ack-timeout", description = "WEBHOOK_ACK_TIMEOUT_MS.")
    private int ackTimeout = 5000;

    @Option(names = "--seconds", description = "Length of each measurement beside slow senders and crowds.")
    private int seconds = 20;

    @Option(names = "--scenarios", split = ",", description = "What is measured: ${COMPLETION-CANDIDATES}.")
    private List<Scenario> scenarios = List.of(Scenario.values());

    /** The disturbance. */
    enum Scenario {
        CROWDS,
        FROZEN_AND_SLOW
    }

    @Override
    String processes() {
        return IngressParts.PROCESSES;
    }

    @Override
    void measure() {
        Map<String, String> variables = Map.of("WEBHOOK_ACK_TIMEOUT_MS", String.valueOf(ackTimeout));
        try (IngressParts parts = new IngressParts(List.of("-Xmx256m"), variables)) {
            OutageScenario scenario = new OutageScenario(parts, seconds);
            if (scenarios.contains(Scenario.CROWDS)) {
                print("Crowds", scenario.crowds());
            }
            if (!scenarios.contains(Scenario.FROZEN_AND_SLOW)) {
                return;
            }
            print("A frozen broker, acknowledgement timeout %d ms".formatted(ackTimeout), scenario.frozenBroker());
            print("Slow senders", scenario.slowSenders());
        }
    }
}
