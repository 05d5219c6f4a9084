package io.webhookmemory.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Runs every command of docs/http.md and compares the response with the documented one. */
class HttpDocumentationIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern EXAMPLE = Pattern.compile(
            "([^\\n]*)\\n\\n```sh\\n((?:(?!```).)*)```\\n\\nResponse: (\\d{3})([^\\n]*)\\n", Pattern.DOTALL);
    private static final Pattern PREAMBLE = Pattern.compile("```sh\\n(export .*?)```", Pattern.DOTALL);
    private static final Pattern SETTING = Pattern.compile("`([A-Z_]+)=([\\w,-]+)`");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern STATUS = Pattern.compile("(?m)^HTTP/1.1 (\\d{3})");

    /**
     * A line and what is said of it.
     *
     * @param settings with which the ingress is to run
     * @param parts of the response, its head included
     */
    private record Example(
            String command, Map<String, String> settings, boolean kafkaStopped, String status, List<String> parts) {}

    @Test
    void every_command_gets_the_documented_response() throws Exception {
        assumeTrue(
                run("command -v curl && command -v openssl", Map.of()).contains("openssl"),
                "curl and openssl are there");
        String document = Files.readString(Path.of("../docs/http.md"));
        Matcher preamble = PREAMBLE.matcher(document);
        assertThat(preamble.find()).isTrue();
        List<Example> examples = examples(document);

        assertThat(examples)
                .extracting(Example::status)
                .contains("200", "400", "401", "408", "413", "415", "422", "503");
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                EmbeddedRedis redis = EmbeddedRedis.start()) {
            KafkaForTests.applyCatalogue(kafka.bootstrapServers(), Map.of());
            for (Map<String, String> settings :
                    examples.stream().map(Example::settings).distinct().toList()) {
                try (IngressFixture ingress =
                        IngressFixture.start(kafka.bootstrapServers(), redis.port(), patient(settings))) {
                    awaitFirstLook(ingress);
                    List<Example> ofThese = examples.stream()
                            .filter(example -> example.settings().equals(settings))
                            .toList();
                    if (ofThese.get(0).kafkaStopped()) {
                        kafka.stopBroker(1);
                    }
                    ofThese.forEach(example -> assertAnswer(example, preamble.group(1), ingress.port()));
                    if (ofThese.get(0).kafkaStopped()) {
                        kafka.startBroker(1);
                    }
                }
            }
        }
    }

    /** On a busy machine Redis may take longer than it should; the document is of the usual case. */
    private static Map<String, String> patient(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("REDIS_TIMEOUT_MS", "2000");
        return all;
    }

    private static void awaitFirstLook(IngressFixture ingress) {
        await().atMost(LIMIT).until(() -> ingress.get("/webhooks/health").body().contains("\"kafka_connected\":true,"));
        await().atMost(LIMIT).until(() -> ingress.get("/webhooks/health").body().contains("\"redis_connected\":true,"));
    }

    private static void assertAnswer(Example example, String preamble, int port) {
        String response = run(
                preamble + example.command(),
                Map.of("INGRESS", "http://localhost:" + port, "WEBHOOK_SECRET", IngressFixture.SECRET));
        Matcher status = STATUS.matcher(response);
        assertThat(status.find()).as("%s gave %s", example.command(), response).isTrue();
        assertThat(status.group(1)).as(example.command()).isEqualTo(example.status());
        assertThat(response).as(example.command()).contains(example.parts());
    }

    private static List<Example> examples(String document) {
        List<Example> examples = new ArrayList<>();
        Matcher example = EXAMPLE.matcher(document);
        while (example.find()) {
            Map<String, String> settings = new HashMap<>();
            SETTING.matcher(example.group(1)).results().forEach(m -> settings.put(m.group(1), m.group(2)));
            List<String> parts = QUOTED.matcher(example.group(4))
                    .results()
                    .map(part -> part.group(1))
                    .toList();
            examples.add(new Example(
                    example.group(2),
                    settings,
                    example.group(1).startsWith("Kafka is stopped"),
                    example.group(3),
                    parts));
        }
        // Every command but the preamble is an example: one without its response would not be run.
        long commands = document.lines().filter("```sh"::equals).count() - 1;
        assertThat(examples).hasSize((int) commands);
        return examples;
    }

    private static String run(String script, Map<String, String> variables) {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", script).redirectError(ProcessBuilder.Redirect.DISCARD);
        shell.environment().putAll(variables);
        try {
            Process process = shell.start();
            process.getOutputStream().close();
            process.onExit()
                    .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .exceptionally(late -> process.destroyForcibly());
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
