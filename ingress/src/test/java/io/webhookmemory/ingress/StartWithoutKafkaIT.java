package io.webhookmemory.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.testkit.ServiceProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that starts before its broker ends with a plain message, so that an orchestrator starts it again. */
class StartWithoutKafkaIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @Test
    void an_unknown_host_name_ends_the_start_with_a_plain_message() throws IOException {
        assertThat(startWith("kafka.invalid:9092"))
                .contains("ingress: cannot start: no broker of KAFKA_BOOTSTRAP_SERVERS can be found by its name")
                .doesNotContain("\tat ");
    }

    @Test
    void a_broker_that_does_not_respond_ends_the_start_with_a_plain_message() throws IOException {
        assertThat(startWith("localhost:1"))
                .contains("ingress: cannot start: Kafka ")
                .doesNotContain("\tat ");
    }

    @Test
    void a_management_port_in_use_ends_the_start_with_a_plain_message() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThat(startWith("localhost:1", taken.getLocalPort()))
                    .contains("ingress: cannot start: management port " + taken.getLocalPort())
                    .doesNotContain("\tat ");
        }
    }

    private String startWith(String brokers) throws IOException {
        return startWith(brokers, 0);
    }

    private String startWith(String brokers, int managementPort) throws IOException {
        Path log = directory.resolve("log");
        Map<String, String> environment = Map.of(
                "WEBHOOK_SECRET",
                "0123456789abcdef0123456789abcdef",
                "KAFKA_BOOTSTRAP_SERVERS",
                brokers,
                // Nothing listens there, however long the start waits.
                "KAFKA_DEFAULT_API_TIMEOUT_MS",
                "2000",
                "INGRESS_MANAGEMENT_PORT",
                String.valueOf(managementPort),
                "INGRESS_PORT",
                "0");
        try (ServiceProcess ingress =
                ServiceProcess.start(IngressMain.class, environment, log, "-Dlogback.configurationFile=logback.xml")) {
            assertThat(ingress.exitCode(LIMIT)).isEqualTo(1);
        }
        return Files.readString(log);
    }
}
