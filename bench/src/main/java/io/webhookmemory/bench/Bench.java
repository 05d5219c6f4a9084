package io.webhookmemory.bench;

import io.webhookmemory.quickstart.LocalPipeline;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the pipeline and prints Markdown. Every figure stands beside a baseline of the same run. */
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Measures the pipeline on this machine.")
public final class Bench implements Callable<Integer> {
    @Option(names = "--rounds", description = "Rounds of the throughput measurement (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(names = "--webhooks", description = "Webhooks a round (default: ${DEFAULT-VALUE}).")
    private int webhooks = 20_000;

    @Option(names = "--seconds", description = "Length of the latency measurement (default: ${DEFAULT-VALUE}).")
    private int seconds = 30;

    @Option(names = "--rate", description = "Events per second in it (default: ${DEFAULT-VALUE}).")
    private int rate = 200;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    public Integer call() {
        System.out.printf("Measured on %s.%n%n", Machine.describe());
        try (LocalPipeline pipeline = LocalPipeline.start(Map.of("WEBHOOK_NUM_WORKERS", "10"))) {
            System.out.println("Event to memory, instant Cognee:\n");
            System.out.println(new MemoryLatencyScenario(pipeline).run(rate, Duration.ofSeconds(seconds)));
        }
        try (LocalPipeline pipeline = LocalPipeline.start(Map.of())) {
            System.out.println("\nWebhooks in:\n");
            System.out.println(new IngestScenario(pipeline, webhooks).run(rounds));
        }
        return 0;
    }
}
