package io.webhookmemory.bench;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench ingress}. */
@Command(
        name = "ingress",
        description =
                "The ingress alone, broker, Redis and load generator in processes of their own: throughput, latency.")
final class IngressCommand extends Measurement {
    @Option(names = "--rounds", description = "Rounds of the throughput measurement.")
    private int rounds = 5;

    @Option(names = "--warm-up", description = "Webhooks before the first round.")
    private int warmUp = 200_000;

    @Option(names = "--webhooks", description = "Webhooks a round.")
    private int webhooks = 20_000;

    @Option(names = "--seconds", description = "Length of each latency measurement.")
    private int seconds = 20;

    @Option(names = "--jvm-option", description = "An option of the ingress's JVM, such as one that records a profile.")
    private List<String> jvmOptions = List.of();

    @Override
    String processes() {
        return IngressParts.PROCESSES;
    }

    @Override
    void measure() {
        List<String> options = jvmOptions.isEmpty() ? List.of("-Xmx256m") : jvmOptions;
        try (IngressParts parts = new IngressParts(options, Map.of())) {
            IngressScenario scenario = new IngressScenario(parts, webhooks, seconds);
            print("As fast as responses arrive, 64 connections", scenario.throughput(warmUp, rounds));
            print("Processor time of that", scenario.processorTimes());
            print("From the time at which a webhook is due to its response", scenario.latency());
        }
    }
}
