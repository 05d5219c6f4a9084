package io.webhookmemory.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.cognee.CogneeClient;
import io.webhookmemory.cognee.CogneeSettings;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench cognee}. */
@Command(name = "cognee", description = "What calls cost a running Cognee without login, by the size of the dataset.")
final class CogneeCommand extends Measurement {
    @Option(
            names = "--url",
            required = true,
            description = "Address of the Cognee. A dataset is added and deleted there.")
    private String url;

    @Option(names = "--documents", split = ",", description = "Sizes of the dataset, ascending.")
    private List<Integer> sizes = List.of(100, 500, 1000, 2000);

    @Option(names = "--rounds", description = "How often each call is made; the median counts.")
    private int rounds = 4;

    @Override
    String processes() {
        return "the client in one JVM, Cognee in a process of its own";
    }

    @Override
    void measure() {
        Map<String, String> variables = Map.of("COGNEE_URL", url, "COGNEE_TIMEOUT", "300");
        CogneeSettings settings = CogneeSettings.from(new SettingsReader(new Environment(variables)));
        CogneeClient client = CogneeClient.create(settings, new SimpleMeterRegistry());
        print("Calls to a running Cognee", new CogneeScenario(client, url, rounds).run(sizes));
    }
}
