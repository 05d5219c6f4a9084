package io.webhookmemory.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webhookmemory.service.catalogue.CatalogueCheck;
import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.TopicWriter;
import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How many replicas topics get, and how many must have a record: by themselves, and as one says. */
class ReplicationIT {
    private static EmbeddedKafka one;
    private static EmbeddedKafka three;

    @BeforeAll
    static void startKafka() {
        one = EmbeddedKafka.start();
        three = EmbeddedKafka.start(3, Map.of());
    }

    @AfterAll
    static void stopKafka() {
        three.close();
        one.close();
    }

    @Test
    void one_broker_gives_one_replica_which_is_told_unless_it_is_meant() throws Exception {
        CommandRun applied = topics(one, Map.of(), "apply");
        CommandRun verified = topics(one, Map.of(), "verify");
        CommandRun meant = topics(one, Map.of("TOPICS_REPLICATION_FACTOR", "1"), "verify");

        assertThat(replicas(one, Topics.WEBHOOKS)).isEqualTo("1 replicas, 1 in sync");
        assertThat(applied).returns(0, CommandRun::code);
        assertThat(applied.err()).contains("16 topics have fewer than 3 replicas", "(now 1)");
        assertThat(verified).returns(0, CommandRun::code);
        assertThat(verified.err()).contains("16 topics have fewer than 3 replicas");
        assertThat(meant).returns(0, CommandRun::code);
        assertThat(meant.err()).isEmpty();
    }

    @Test
    void more_replicas_than_brokers_are_refused_in_kafkas_words_and_known_as_different() {
        CommandRun refused = topics(one, Map.of("TOPICS_REPLICATION_FACTOR", "3", "WEBHOOK_MAX_RETRIES", "7"), "apply");
        assertThat(refused).returns(3, CommandRun::code);
        assertThat(refused.err()).contains("replication factor");

        topics(one, Map.of(), "apply");
        CommandRun verified = topics(one, Map.of("TOPICS_REPLICATION_FACTOR", "3"), "verify");
        assertThat(verified).returns(1, CommandRun::code);
        assertThat(verified.out()).contains("zoho.webhooks: has 1 replicas, not 3");
    }

    @Test
    void three_brokers_give_three_replicas_and_one_of_them_may_be_away() throws Exception {
        CommandRun applied = topics(three, Map.of(), "apply");
        assertThat(applied).returns(0, CommandRun::code);
        assertThat(applied.err()).isEmpty();
        assertThat(replicas(three, Topics.WEBHOOKS)).isEqualTo("3 replicas, 2 in sync");

        three.stopBroker(3);
        try (TopicWriter letters = new TopicWriter(three.bootstrapServers())) {
            letters.event(Topics.WEBHOOKS, TopicWriter.event("Deals", "1", "9"), Instant.now())
                    .flush();
        }
        three.startBroker(3);

        try (TopicReader reader = new TopicReader(three.bootstrapServers(), Topics.WEBHOOKS)) {
            assertThat(reader.toEnd(Duration.ofSeconds(30))).hasSize(1);
        }
    }

    @Test
    void what_is_configured_is_what_topics_get_and_min_insync_can_be_changed_later() throws Exception {
        topics(three, Map.of(), "apply");
        Map<String, String> two =
                Map.of("TOPICS_REPLICATION_FACTOR", "2", "TOPICS_MIN_INSYNC_REPLICAS", "1", "WEBHOOK_MODULES", "Leads");
        assertThat(topics(three, two, "apply").out())
                .contains("zoho.leads: created with 6 partitions, 2 replicas")
                .doesNotContain("zoho.leads: has");
        assertThat(replicas(three, Topics.ofModule("Leads"))).isEqualTo("2 replicas, 1 in sync");

        Map<String, String> safer =
                Map.of("TOPICS_REPLICATION_FACTOR", "2", "TOPICS_MIN_INSYNC_REPLICAS", "2", "WEBHOOK_MODULES", "Leads");
        assertThat(topics(three, safer, "verify").out()).contains("zoho.leads: min.insync.replicas is 1, not 2");
        assertThat(topics(three, safer, "apply").out()).contains("zoho.leads: min.insync.replicas set to 2");
        assertThat(replicas(three, Topics.ofModule("Leads"))).isEqualTo("2 replicas, 2 in sync");
    }

    @Test
    void more_in_sync_than_there_are_replicas_is_refused_as_a_setting() {
        CommandRun run =
                topics(three, Map.of("TOPICS_REPLICATION_FACTOR", "2", "TOPICS_MIN_INSYNC_REPLICAS", "3"), "verify");

        assertThat(run).returns(2, CommandRun::code);
        assertThat(run.err()).contains("TOPICS_MIN_INSYNC_REPLICAS");
    }

    @Test
    void a_service_does_not_start_on_topics_that_differ() {
        topics(one, Map.of(), "apply");
        SettingsReader reader = new SettingsReader(
                new Environment(Map.of("KAFKA_BOOTSTRAP_SERVERS", one.bootstrapServers(), "TOPICS_PARTITIONS", "12")));
        TopicCatalogue catalogue = TopicCatalogue.of(CatalogueConfiguration.read(reader));

        assertThatThrownBy(() -> CatalogueCheck.require(KafkaSettings.from(reader), catalogue))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("zoho.webhooks: has 6 partitions, not 12")
                .hasMessageContaining("topics apply");
    }

    private static CommandRun topics(EmbeddedKafka kafka, Map<String, String> variables, String command) {
        return CommandRun.of(kafka.bootstrapServers(), variables, "topics", command);
    }

    private static String replicas(EmbeddedKafka kafka, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            TopicDescription description =
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            return description.partitions().get(0).replicas().size() + " replicas, "
                    + admin.describeConfigs(List.of(resource))
                            .all()
                            .get()
                            .get(resource)
                            .get("min.insync.replicas")
                            .value()
                    + " in sync";
        }
    }
}
