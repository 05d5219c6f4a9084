package io.webhookmemory.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicWriter;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.TopicSpec;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The topics command against a broker; it lives here because the topics module knows no broker. */
class CatalogueIT {
    private KafkaForTests kafka;

    @BeforeEach
    void startKafka() {
        kafka = KafkaForTests.start();
    }

    @AfterEach
    void stopKafka() {
        kafka.close();
    }

    @Test
    void apply_creates_widens_and_mends_and_verify_says_what_differs() {
        assertThat(run(Map.of("TOPICS_PARTITIONS", "2"), "topics", "verify"))
                .startsWith("1 ")
                .contains("zoho.webhooks: missing");
        assertThat(run(Map.of("TOPICS_PARTITIONS", "2"), "topics", "apply"))
                .startsWith("0 ")
                .contains("zoho.webhooks: created with 2 partitions, 1 replica\n");
        assertThat(run(Map.of("TOPICS_PARTITIONS", "2"), "topics", "apply"))
                .as("nothing to do")
                .startsWith("0 All topics are as the catalogue says.\n");
        assertThat(run(Map.of("TOPICS_PARTITIONS", "2"), "topics", "verify")).startsWith("0 ");

        assertThat(run(Map.of("TOPICS_PARTITIONS", "3"), "topics", "verify"))
                .startsWith("1 ")
                .contains("memory.directory: has 2 partitions, not 3");
        assertThat(run(Map.of("TOPICS_PARTITIONS", "3"), "topics", "apply"))
                .startsWith("0 ")
                .contains("zoho.deals: widened from 2 to 3 partitions");

        assertThat(run(Map.of("TOPICS_PARTITIONS", "2"), "topics", "apply"))
                .as("partitions cannot be taken away, and that is said")
                .startsWith("1 ")
                .contains("zoho.deals: has 3 partitions, not 2");
    }

    @Test
    void what_was_done_and_what_differs_is_told_to_programs_too() throws Exception {
        Map<String, String> leads = Map.of("TOPICS_PARTITIONS", "3", "WEBHOOK_MODULES", "Leads");
        run(Map.of("TOPICS_PARTITIONS", "3"), "topics", "apply");

        JsonNode difference = line(leads, "verify");
        JsonNode change = line(leads, "apply");

        assertThat(difference).isEqualTo(Json.MAPPER.readTree("""
                {"topic":"zoho.leads","description":"missing","fixable":true}
                """));
        assertThat(change).isEqualTo(Json.MAPPER.readTree("""
                {"topic":"zoho.leads","kind":"created","description":"created with 3 partitions, 1 replica"}
                """));
    }

    @Test
    void a_topic_that_comes_and_goes_is_there_or_missing_and_never_a_failure() throws Exception {
        run(Map.of(), "topics", "apply");
        AtomicBoolean looking = new AtomicBoolean(true);
        CompletableFuture<Void> comesAndGoes = CompletableFuture.runAsync(() -> comeAndGo(Topics.DIRECTORY, looking));
        List<String> seen = IntStream.range(0, 150)
                .mapToObj(look -> run(Map.of("TOPICS_REPLICATION_FACTOR", "1"), "topics", "verify"))
                .toList();
        looking.set(false);
        comesAndGoes.get(30, TimeUnit.SECONDS);

        assertThat(seen).containsOnly("0 All topics are as the catalogue says.\n", "1 memory.directory: missing\n");
    }

    private void comeAndGo(String topic, AtomicBoolean looking) {
        TopicSpec spec =
                TopicCatalogue.of(CatalogueConfiguration.read(new SettingsReader(new Environment(Map.of()))))
                        .topics()
                        .stream()
                        .filter(one -> one.name().equals(topic))
                        .findFirst()
                        .orElseThrow();
        NewTopic anew = new NewTopic(topic, spec.partitions(), (short) 1).configs(spec.config());
        try (Admin admin = admin()) {
            while (looking.get()) {
                assertThat(admin.deleteTopics(List.of(topic)).all()).succeedsWithin(Duration.ofSeconds(10));
                assertThat(admin.createTopics(List.of(anew)).all()).succeedsWithin(Duration.ofSeconds(10));
            }
        }
    }

    @Test
    void a_retry_topic_that_nobody_reads_any_more_is_told_of_while_something_waits_in_it() {
        run(Map.of("TOPICS_PARTITIONS", "3", "WEBHOOK_MAX_RETRIES", "5"), "topics", "apply");
        assertThat(run(Map.of("TOPICS_PARTITIONS", "3"), "topics", "verify")).doesNotContain("memory.sync.retry");
        try (TopicWriter letters = new TopicWriter(kafka.bootstrapServers())) {
            letters.event(Topics.retry(5), TopicWriter.event("Deals", "1", "9"), Instant.now());
        }

        assertThat(run(Map.of("TOPICS_PARTITIONS", "3"), "topics", "verify"))
                .startsWith("0 ")
                .contains("memory.sync.retry.5 holds records", "WEBHOOK_MAX_RETRIES=3")
                .doesNotContain("memory.sync.retry.4");
        assertThat(run(Map.of("TOPICS_PARTITIONS", "3", "WEBHOOK_MAX_RETRIES", "5"), "topics", "verify"))
                .as("it is read")
                .doesNotContain("memory.sync.retry");

        readBySink(Topics.retry(5));
        assertThat(run(Map.of("TOPICS_PARTITIONS", "3"), "topics", "verify")).doesNotContain("memory.sync.retry");
    }

    private void readBySink(String topic) {
        Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();
        for (int partition = 0; partition < 3; partition++) {
            read.put(new TopicPartition(topic, partition), new OffsetAndMetadata(1));
        }
        try (Admin admin = admin()) {
            assertThat(admin.alterConsumerGroupOffsets(Topics.SINK_GROUP, read).all())
                    .succeedsWithin(Duration.ofSeconds(10));
        }
    }

    private Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()));
    }

    private JsonNode line(Map<String, String> variables, String command) throws Exception {
        return Json.MAPPER.readTree(
                CommandRun.of(kafka.bootstrapServers(), variables, "topics", command, "--output", "json")
                        .out());
    }

    @Test
    void a_broker_that_is_not_there_is_reported_in_plain_words() {
        long begin = System.nanoTime();

        assertThat(run(Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:1"), "dlt", "list"))
                .startsWith("3 ")
                .contains("Kafka does not answer", "localhost:1");

        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("the limit is the promise")
                .isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void bad_addresses_and_settings_are_said_in_plain_words() {
        assertThat(run(Map.of("KAFKA_BOOTSTRAP_SERVERS", "nowhere.invalid:9092"), "topics", "verify"))
                .startsWith("3 ")
                .contains("KAFKA_BOOTSTRAP_SERVERS", "nowhere.invalid");
        assertThat(run(Map.of("TOPICS_PARTITIONS", "many"), "topics", "verify"))
                .startsWith("2 ")
                .contains("TOPICS_PARTITIONS");
    }

    private String run(Map<String, String> variables, String... arguments) {
        CommandRun run = CommandRun.of(kafka.bootstrapServers(), variables, arguments);
        return run.code() + " " + run.out() + run.err();
    }
}
