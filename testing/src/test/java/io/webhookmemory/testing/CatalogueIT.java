package io.webhookmemory.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.topics.TopicsCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The topics command against a broker; it lives here because the topics module knows no broker. */
class CatalogueIT {
    private static KafkaForTests kafka;

    @BeforeAll
    static void startKafka() {
        kafka = KafkaForTests.start();
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @Test
    void apply_creates_widens_and_mends_and_verify_says_what_differs() {
        assertThat(run(Map.of("TOPICS_PARTITIONS", "2"), "verify"))
                .startsWith("1 ")
                .contains("zoho.webhooks: missing");
        assertThat(run(Map.of("TOPICS_PARTITIONS", "2"), "apply")).startsWith("0 ");
        assertThat(run(Map.of("TOPICS_PARTITIONS", "2"), "verify")).startsWith("0 ");

        assertThat(run(Map.of("TOPICS_PARTITIONS", "3"), "verify"))
                .startsWith("1 ")
                .contains("memory.directory: has 2 partitions, not 3");
        assertThat(run(Map.of("TOPICS_PARTITIONS", "3"), "apply")).startsWith("0 ");

        assertThat(run(Map.of("TOPICS_PARTITIONS", "2"), "apply"))
                .as("partitions cannot be taken away, and that is said")
                .startsWith("1 ")
                .contains("zoho.deals: has 3 partitions, not 2");
    }

    @Test
    void a_broker_that_is_not_there_is_reported_in_plain_words() {
        assertThat(run(Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:1"), "verify"))
                .startsWith("1 ")
                .contains("Kafka");
    }

    private static String run(Map<String, String> variables, String... arguments) {
        Map<String, String> all = new HashMap<>();
        all.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        all.putAll(variables);
        StringWriter output = new StringWriter();
        CommandLine command = TopicsCommand.commandLine(new Environment(all))
                .setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(output, true));
        return command.execute(arguments) + " " + output;
    }
}
