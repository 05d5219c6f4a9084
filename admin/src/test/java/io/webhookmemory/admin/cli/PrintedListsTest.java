package io.webhookmemory.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.service.config.Environment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What is printed for other tools; none of it needs a broker. */
class PrintedListsTest {
    @Test
    void acls_are_printed_as_lines_that_kafka_acls_takes() {
        assertThat(run("topics", "acls", "--principal", "ingress=User:CN=ingress"))
                .contains("--add --allow-principal 'User:CN=ingress' --operation Write --topic 'zoho.webhooks'")
                .contains("--allow-principal 'User:memory-sink' --operation Read --group 'memory-sink'")
                .contains("--operation Describe --operation Write --transactional-id 'stream-processor-'"
                        + " --resource-pattern-type prefixed")
                .contains("--operation Describe --operation Write --transactional-id 'memory-sink-'"
                        + " --resource-pattern-type prefixed");
    }

    @Test
    void only_who_must_may_write() {
        assertThat(run("topics", "acls", "--output", "json").lines().filter(line -> line.contains("\"Write\"")))
                .filteredOn(line -> line.contains("\"name\":\"zoho.webhooks\""))
                .allSatisfy(line -> assertThat(line).containsAnyOf("User:ingress", "User:admin", "User:subscriptions"))
                .hasSize(3);
    }

    @Test
    void the_catalogue_is_printed_as_strimzi_resources() {
        String yaml = run("topics", "strimzi", "--cluster", "prod");

        assertThat(yaml.split("---\n", -1)).hasSize(1 + 16);
        assertThat(yaml).contains("""
                        ---
                        apiVersion: kafka.strimzi.io/v1
                        kind: KafkaTopic
                        metadata:
                          name: memory.directory
                          labels:
                            strimzi.io/cluster: prod
                        spec:
                          topicName: memory.directory
                          partitions: 6
                          replicas: 3
                          config:
                            cleanup.policy: "compact"
                        """);
    }

    @Test
    void help_names_the_exit_codes() {
        assertThat(run("--help")).contains("Exit codes:", "Kafka cannot be reached", "dlt", "replay");
    }

    @Test
    void every_command_has_the_help_that_an_error_speaks_of() {
        for (String command : List.of("apply", "verify", "list")) {
            assertThat(run("topics", command, "--help")).contains("Usage: admin topics " + command, "--output");
        }
    }

    @Test
    void the_catalogue_is_printed_as_text_and_as_json() {
        assertThat(run("topics", "list")).contains("memory.sync.dlt            6 partitions");
        assertThat(run("topics", "list", "--output", "json").lines())
                .hasSize(16)
                .anySatisfy(line ->
                        assertThat(line).startsWith("{\"name\":\"memory.directory\",\"partitions\":6,\"config\":{"));
    }

    private static String run(String... arguments) {
        StringWriter output = new StringWriter();
        CommandLine command =
                AdminCommand.commandLine(new Environment(Map.of())).setOut(new PrintWriter(output, true));
        assertThat(command.execute(arguments)).isZero();
        return output.toString();
    }
}
