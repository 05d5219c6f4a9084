package io.webhookmemory.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.testkit.InstalledTools;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicWriter;
import io.webhookmemory.topics.catalogue.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every line that the operations guide gives for Kafka's console tools and for kcat is run as it stands there. */
class ConsoleToolsIT {
    @TempDir
    private static Path directory;

    private static KafkaForTests kafka;
    private static ConsoleScripts scripts;

    @BeforeAll
    static void startKafka() throws Exception {
        kafka = KafkaForTests.withTopics(Map.of("TOPICS_PARTITIONS", "1"));
        try (TopicWriter letters = new TopicWriter(kafka.bootstrapServers())) {
            letters.deadEvent(TopicWriter.event("Deals", "102", "900"), "http_415", 0)
                    .event(Topics.ofModule("Deals"), TopicWriter.event("Deals", "102", "900"), Instant.now())
                    .event(Topics.REJECTED, TopicWriter.event("Deals", "102", "900"), Instant.now());
        }
        commit(Topics.SINK_GROUP, Topics.ofModule("Deals"));
        commit(Topics.PROCESSOR_GROUP, Topics.WEBHOOKS);
        commit(Topics.COGNIFY_GROUP, Topics.COGNIFY);
        scripts = new ConsoleScripts(directory);
    }

    private static void commit(String group, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))) {
            admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(0)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    static List<String> linesOfTheGuide() throws IOException {
        return ConsoleScripts.linesOfTheGuide().stream()
                .filter(line -> !ConsoleScripts.isWithLogin(line))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("linesOfTheGuide")
    void a_line_of_the_guide_shows_what_it_promises(String line) throws Exception {
        if (line.startsWith("kcat ")) {
            InstalledTools.require("kcat", "kcat");
        }

        String output = scripts.run(line.replace("localhost:9092", kafka.bootstrapServers()));

        if (line.contains("uniq")) {
            assertThat(output).containsPattern("1 dlt-reason=http_415");
        } else if (line.contains(Topics.DLT)) {
            assertThat(output).contains("http_415", "dlt-original-topic", "\"record_id\":\"102\"");
        } else if (line.contains("zoho.")) {
            assertThat(output).contains("ce_id");
        } else if (line.contains("--reset-offsets")) {
            assertThat(output).contains("NEW-OFFSET", "zoho.deals");
        } else if (!line.contains("--members")) {
            assertThat(output).contains("LAG");
        }
    }
}
