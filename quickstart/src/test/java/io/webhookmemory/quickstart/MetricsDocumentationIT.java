package io.webhookmemory.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every metric of ours that a running pipeline shows is in docs/metrics.md. */
class MetricsDocumentationIT {
    private static final Pattern DOCUMENTED = Pattern.compile("^\\| `([a-z.]+)`", Pattern.MULTILINE);
    private static final Pattern SHOWN =
            Pattern.compile("^# TYPE ((?:ingress|processor|sink|service|zoho)_\\w+)", Pattern.MULTILINE);

    @Test
    void every_metric_shown_is_documented() throws Exception {
        Set<String> documented = DOCUMENTED
                .matcher(Files.readString(Path.of("../docs/metrics.md")))
                .results()
                .map(match -> match.group(1).replace('.', '_'))
                .collect(Collectors.toSet());
        try (LocalPipeline pipeline = LocalPipeline.start(Map.of())) {
            WebhookClient client = pipeline.webhookClient();
            client.post("e1", "{\"operation\":\"create\",\"module\":\"Accounts\",\"data\":[{\"id\":\"1\"}]}");
            client.post("e2", "{}", "wrong");
            await().atMost(Duration.ofSeconds(30)).until(() -> shown(pipeline).contains("sink_cognify_runs_total"));

            assertThat(shown(pipeline))
                    .hasSizeGreaterThan(10)
                    .allSatisfy(name ->
                            assertThat(documented).contains(name.replaceFirst("(_total|_seconds(_max)?)$", "")));
        }
    }

    private static Set<String> shown(LocalPipeline pipeline) throws IOException, InterruptedException {
        Set<String> shown = new TreeSet<>();
        for (String service : List.of("INGRESS", "STREAM_PROCESSOR", "MEMORY_SINK")) {
            URI metrics =
                    URI.create("http://localhost:" + pipeline.variable(service + "_MANAGEMENT_PORT") + "/metrics");
            String text = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            SHOWN.matcher(text).results().forEach(match -> shown.add(match.group(1)));
        }
        return shown;
    }
}
