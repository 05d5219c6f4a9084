package io.webhookmemory.bench;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench first}. */
@Command(name = "first", description = "The first webhooks of a new ingress, with and without its warm-up.")
final class FirstCommand extends Measurement {
    private static final int CONNECTIONS = 16;

    @Option(names = "--rounds", description = "New processes for each row.")
    private int rounds = 3;

    @Option(names = "--rate", description = "Webhooks of one record per second.")
    private int rate = 200;

    @Option(names = "--webhooks", description = "Webhooks to each process.")
    private int webhooks = 1_000;

    @Option(names = "--warm-up", split = ",", description = "INGRESS_WARM_UP_WEBHOOKS.", defaultValue = "0,500,2000")
    private List<Integer> warmUps;

    @Option(names = "--jvm-option", description = "A further option of the ingress's JVM.")
    private List<String> jvmOptions = List.of();

    @Override
    String processes() {
        return IngressParts.PROCESSES;
    }

    @Override
    void measure() {
        MarkdownTable table = new MarkdownTable("INGRESS_WARM_UP_WEBHOOKS", "round", "p50 ms", "p99 ms", "greatest ms");
        for (int round = 1; round <= rounds; round++) {
            for (int warmUp : warmUps) {
                table.row(row(warmUp, round));
            }
        }
        print(
                "From the time at which a webhook is due to its response; the first %d webhooks, %d per second"
                        .formatted(webhooks, rate),
                table);
    }

    private String[] row(int warmUp, int round) {
        List<String> options =
                Stream.concat(Stream.of("-Xmx256m"), jvmOptions.stream()).toList();
        Map<String, String> variables = Map.of("INGRESS_WARM_UP_WEBHOOKS", String.valueOf(warmUp));
        try (IngressParts parts = new IngressParts(options, variables)) {
            LoadGenerator.Result result = parts.load().atRate(Load.Kind.WEBHOOKS, CONNECTIONS, webhooks, 1, rate, 200);
            if (result.unexpected() > 0) {
                throw new IllegalStateException(result.unexpected() + " responses were not as expected");
            }
            String[] latency = IngressScenario.row(String.valueOf(warmUp), result.micros());
            return new String[] {latency[0], String.valueOf(round), latency[1], latency[2], latency[3]};
        }
    }
}
