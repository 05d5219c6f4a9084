package io.webhookmemory.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.webhookmemory.service.config.EnvFile;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.testkit.InstalledTools;
import io.webhookmemory.testkit.TopicWriter;
import io.webhookmemory.testkit.kafka.SecuredKafka;
import io.webhookmemory.topics.catalogue.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The guide's chapter on TLS and logins: its files and its lines, as they stand there, against such a broker. */
class SecuredConsoleToolsIT {
    private static final String BLANK = "…";

    @TempDir
    private static Path directory;

    private static SecuredKafka kafka;
    private static ConsoleScripts scripts;

    @BeforeAll
    static void startKafka() throws Exception {
        kafka = SecuredKafka.start();
        scripts = new ConsoleScripts(directory);
        Files.copy(kafka.authority(), directory.resolve("ca.pem"));
        List<String> files = ConsoleScripts.blocksOfTheGuide("properties");
        Files.writeString(directory.resolve("client.properties"), filledIn(files.get(0), kafka.adminPassword()));
        Files.writeString(directory.resolve("kcat.conf"), filledIn(files.get(1), kafka.adminPassword()));
        assertThat(admin("topics", "apply").code()).isZero();
        try (TopicWriter letters = new TopicWriter(kafka.adminOptions());
                Admin admin = kafka.admin()) {
            letters.deadEvent(TopicWriter.event("Deals", "102", "900"), "http_415", 0);
            admin.alterConsumerGroupOffsets(
                            Topics.SINK_GROUP,
                            Map.of(new TopicPartition(Topics.ofModule("Deals"), 0), new OffsetAndMetadata(0)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    static List<String> linesThatShow() throws IOException {
        return ConsoleScripts.linesOfTheGuide().stream()
                .filter(ConsoleScripts::isWithLogin)
                .filter(line -> !line.startsWith("kafka-configs.sh"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("linesThatShow")
    void a_line_of_the_guide_shows_what_it_promises(String line) throws Exception {
        if (line.startsWith("kcat ")) {
            InstalledTools.require("kcat", "kcat");
            assumeTrue(kcatCanLogIn(), "Kafka 4 refuses the SCRAM of librdkafka before 2.6.1, which is kcat's here");
        }

        assertThat(scripts.run(line.replace("localhost:9092", kafka.bootstrapServers())))
                .contains(line.contains(Topics.DLT) ? List.of("http_415", "dlt-original-topic") : List.of("LAG"));
    }

    @Test
    void a_login_made_by_the_guides_line_is_one_that_the_guides_variables_log_in_with() throws Exception {
        String line = ConsoleScripts.linesOfTheGuide().stream()
                .filter(candidate -> candidate.startsWith("kafka-configs.sh"))
                .findFirst()
                .orElseThrow();
        String password = SecuredKafka.newPassword();
        String variables = ConsoleScripts.blocksOfTheGuide("sh").stream()
                .filter(block -> block.contains("KAFKA_SASL_JAAS_CONFIG"))
                .findFirst()
                .orElseThrow();
        Files.writeString(directory.resolve(".env"), filledIn(variables, password));

        scripts.run(filledIn(line, password));

        EnvFile file = EnvFile.read(directory.resolve(".env"));
        assertThat(file.problems()).isEmpty();
        Map<String, String> read = new HashMap<>(file.variables());
        read.put("KAFKA_SSL_TRUSTSTORE_LOCATION", kafka.authority().toString());
        KafkaSettings settings = KafkaSettings.from(new SettingsReader(new Environment(read)));
        assertThatCode(() -> KafkaProblem.requireReachable(settings)).doesNotThrowAnyException();
    }

    @Test
    void the_printed_rights_can_be_piped_into_a_shell() throws Exception {
        String printed = admin("topics", "acls", "--command-config", "client.properties", "--principal", "admin=User:t")
                .out();
        String firstRule = printed.lines()
                .filter(line -> line.contains("User:t"))
                .findFirst()
                .orElseThrow();

        scripts.run("sh <<'LINES'\n# topics\n" + firstRule + "\nLINES\n");

        try (Admin admin = kafka.admin()) {
            assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get())
                    .allSatisfy(rule -> assertThat(rule.entry().principal()).isEqualTo("User:t"))
                    .hasSize(5);
        }
    }

    // Before 2.6.1 it sends the nonce twice over: https://github.com/confluentinc/librdkafka/pull/4895
    private static boolean kcatCanLogIn() throws Exception {
        Matcher version = Pattern.compile("librdkafka (\\d+)\\.(\\d+)\\.(\\d+)").matcher(scripts.run("kcat -V"));
        return version.find()
                && Integer.parseInt(version.group(1)) * 10_000
                                + Integer.parseInt(version.group(2)) * 100
                                + Integer.parseInt(version.group(3))
                        >= 20_601;
    }

    private static String filledIn(String text, String password) {
        return text.replace(BLANK, password).replace("localhost:9092", kafka.bootstrapServers());
    }

    private static CommandRun admin(String... arguments) {
        return CommandRun.of(
                kafka.bootstrapServers(), kafka.variables(SecuredKafka.ADMIN, kafka.adminPassword()), arguments);
    }
}
