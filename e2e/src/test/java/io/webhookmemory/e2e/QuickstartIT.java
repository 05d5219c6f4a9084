package io.webhookmemory.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.quickstart.Quickstart;
import io.webhookmemory.testkit.ServiceProcess;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quick start as its reader sees it: a process, its words, its exit code. */
class QuickstartIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Map<String, String> FREE_PORTS = Map.of(
            "EMBEDDED_KAFKA_PORT", "0",
            "REDIS_PORT", "0",
            "EMBEDDED_COGNEE_PORT", "0",
            "INGRESS_PORT", "0",
            "INGRESS_MANAGEMENT_PORT", "0",
            "STREAM_PROCESSOR_MANAGEMENT_PORT", "0",
            "MEMORY_SINK_MANAGEMENT_PORT", "0",
            "CONSOLE_PORT", "0",
            "CONSOLE_MANAGEMENT_PORT", "0");

    @TempDir
    private Path directory;

    @Test
    void it_tells_what_became_of_every_webhook_and_stops_with_code_0() throws Exception {
        try (ServiceProcess quickstart = start(FREE_PORTS)) {
            await().atMost(LIMIT).until(() -> console().contains("Read the dead letters") || !quickstart.isAlive());

            assertThat(console()).containsSubsequence("Up after", "The console: http://localhost:", "What became of");
            assertThat(console())
                    .contains("HTTP 200, accepted", "HTTP 200, duplicate")
                    .contains("zoho.accounts", "zoho.contacts", "zoho.deals", "zoho.tasks", "zoho.notes")
                    .contains("zoho.activities", "dead letter (http_415) on memory.sync.dlt")
                    .contains("document Accounts_", "curl -s -X POST")
                    .doesNotContain("has not arrived yet");

            quickstart.terminate();
            assertThat(quickstart.exitCode(Duration.ofSeconds(40))).isZero();
            assertThat(console()).endsWith("Stopped.\n");
        }
    }

    @Test
    void a_cognee_of_ones_own_that_fails_at_first_is_waited_for() throws Exception {
        try (CogneeDouble cognee = CogneeDouble.start()) {
            cognee.unavailable(true);
            Map<String, String> variables = new HashMap<>(FREE_PORTS);
            variables.put("COGNEE_URL", cognee.url());
            try (ServiceProcess quickstart = start(variables)) {
                await().atMost(LIMIT).until(() -> cognee.calls("datasets") > 10 || !quickstart.isAlive());
                assertThat(console()).contains("Memory cannot be used: Cognee at " + cognee.url());
                cognee.unavailable(false);
                await().atMost(LIMIT).until(() -> console().contains("Read the dead letters") || !quickstart.isAlive());

                assertThat(console())
                        .contains("document Accounts_")
                        .doesNotContain("has not arrived yet", "does not answer as it should");
            }
        }
    }

    @Test
    void a_taken_port_is_named_with_the_variable_that_moves_it() throws Exception {
        try (ServerSocket occupier = new ServerSocket(0)) {
            Map<String, String> variables = new HashMap<>(FREE_PORTS);
            variables.put("INGRESS_PORT", String.valueOf(occupier.getLocalPort()));
            try (ServiceProcess quickstart = start(variables)) {
                assertThat(quickstart.exitCode(LIMIT)).isEqualTo(2);
                assertThat(console())
                        .contains("port " + occupier.getLocalPort() + " for webhooks is taken", "INGRESS_PORT");
            }
        }
    }

    private ServiceProcess start(Map<String, String> variables) {
        return ServiceProcess.start(
                Quickstart.class,
                variables,
                directory.resolve("console.txt"),
                "-Xmx1g",
                "-Dlogback.configurationFile=logback-quickstart.xml",
                "-Dquickstart.log=" + directory.resolve("quickstart.log"));
    }

    private String console() throws IOException {
        return Files.readString(directory.resolve("console.txt"));
    }
}
