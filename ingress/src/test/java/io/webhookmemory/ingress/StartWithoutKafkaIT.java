package io.webhookmemory.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that is started before its broker ends in plain words, for whoever started it to try again. */
class StartWithoutKafkaIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void a_broker_whose_name_nobody_knows_ends_the_start_in_plain_words() throws IOException {
        assertThat(startWith("kafka.invalid:9092"))
                .contains("ingress: cannot start: no broker of KAFKA_BOOTSTRAP_SERVERS can be found by its name")
                .doesNotContain("\tat ");
    }

    @Test
    void a_broker_that_does_not_answer_ends_the_start_in_plain_words() throws IOException {
        assertThat(startWith("localhost:1"))
                .contains("ingress: cannot start: Kafka ")
                .doesNotContain("\tat ");
    }

    private String startWith(String brokers) throws IOException {
        Path log = directory.resolve("log");
        Map<String, String> environment = Map.of(
                "WEBHOOK_SECRET", "0123456789abcdef0123456789abcdef",
                "KAFKA_BOOTSTRAP_SERVERS", brokers,
                "INGRESS_MANAGEMENT_PORT", "0",
                "INGRESS_PORT", "0");
        try (ServiceProcess ingress =
                ServiceProcess.start(IngressMain.class, environment, log, "-Dlogback.configurationFile=logback.xml")) {
            assertThat(ingress.exitCode(LIMIT)).isEqualTo(1);
        }
        return Files.readString(log);
    }
}
