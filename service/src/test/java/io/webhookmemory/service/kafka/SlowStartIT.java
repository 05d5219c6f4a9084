package io.webhookmemory.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import io.webhookmemory.testkit.net.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start whose first attempts to reach Kafka pass in vain, since the broker or this machine is slow. */
class SlowStartIT {
    /** Less than a broker takes to start. */
    private static final Duration ATTEMPT = Duration.ofMillis(500);

    @TempDir
    private Path directory;

    @Test
    void a_start_waits_for_a_broker_that_listens_late() {
        int port = FreePort.any();
        CompletableFuture<Void> start = CompletableFuture.runAsync(
                () -> KafkaProblem.awaitReachable(kafka(port), ATTEMPT, Duration.ofMinutes(2)));

        try (EmbeddedKafka broker = EmbeddedKafka.start(directory, port)) {
            assertThat(start).as(broker.bootstrapServers()).succeedsWithin(Duration.ofMinutes(2));
        }
    }

    @Test
    void a_broker_that_never_listens_is_said_when_patience_ends() {
        KafkaSettings nowhere = kafka(FreePort.any());

        assertThatThrownBy(() -> KafkaProblem.awaitReachable(nowhere, ATTEMPT, ATTEMPT.multipliedBy(3)))
                .isInstanceOf(KafkaProblem.class)
                .hasMessageContaining("Kafka does not respond");
    }

    private static KafkaSettings kafka(int port) {
        return KafkaSettings.from(
                new SettingsReader(new Environment(Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:" + port))));
    }
}
