package io.webhookmemory.testing;

import io.webhookmemory.embedded.kafka.EmbeddedKafka;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.CatalogueAdmin;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.testcontainers.kafka.KafkaContainer;

/**
 * The broker that integration tests run on: the embedded one, or with {@code -Dtest.kafka=testcontainers} Apache's own
 * image on the Docker engine that answers.
 */
public final class KafkaForTests implements AutoCloseable {
    private static final String IMAGE = "apache/kafka:4.3.1";

    private final String bootstrapServers;
    private final Runnable stop;

    /** Started when the first test asks for it. */
    private static final class Shared {
        private static final KafkaForTests KAFKA = withTopics(Map.of());

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(KAFKA.stop, "stop-shared-kafka"));
        }
    }

    private KafkaForTests(String bootstrapServers, Runnable stop) {
        this.bootstrapServers = bootstrapServers;
        this.stop = stop;
    }

    /**
     * The broker that the tests of this JVM share, with the catalogue's default topics. It stays for as long as the JVM; closing
     * it does nothing. A test on it has ids and groups of its own, or skips what others left; one that stops the broker,
     * changes topics or counts all that is on them starts a broker of its own.
     */
    public static KafkaForTests shared() {
        return new KafkaForTests(Shared.KAFKA.bootstrapServers, () -> {});
    }

    public static KafkaForTests start() {
        if ("testcontainers".equals(System.getProperty("test.kafka"))) {
            KafkaContainer container = new KafkaContainer(IMAGE).withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
            container.start();
            return new KafkaForTests(container.getBootstrapServers(), container::stop);
        }
        EmbeddedKafka kafka = EmbeddedKafka.start();
        return new KafkaForTests(kafka.bootstrapServers(), kafka::close);
    }

    /** A broker with all topics of the catalogue that the variables describe. */
    public static KafkaForTests withTopics(Map<String, String> variables) {
        KafkaForTests kafka = start();
        kafka.applyCatalogue(variables);
        return kafka;
    }

    /** Creates the catalogue's topics, as {@code topics apply} does. */
    public void applyCatalogue(Map<String, String> variables) {
        applyCatalogue(bootstrapServers, variables);
    }

    /** Creates the catalogue's topics on any broker. */
    public static void applyCatalogue(String bootstrapServers, Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
        SettingsReader settings = new SettingsReader(new Environment(all));
        TopicCatalogue catalogue = TopicCatalogue.of(CatalogueSettings.from(settings));
        try (CatalogueAdmin admin = new CatalogueAdmin(KafkaSettings.from(settings), catalogue)) {
            admin.apply();
        }
    }

    /** Creates topics of one partition that are not the catalogue's, on any broker. */
    public static void createTopics(String bootstrapServers, String... names) {
        List<NewTopic> topics = Arrays.stream(names)
                .map(name -> new NewTopic(name, 1, (short) 1))
                .toList();
        try (Admin admin = admin(bootstrapServers)) {
            TopicEnds.join(admin.createTopics(topics).all());
        }
    }

    /** Lets a group that has no members begin behind all that is on the topics now. */
    public void skip(String group, Collection<String> topics) {
        try (Admin admin = admin(bootstrapServers)) {
            List<TopicPartition> partitions = new ArrayList<>();
            TopicEnds.join(admin.describeTopics(topics).allTopicNames())
                    .forEach((topic, description) -> description
                            .partitions()
                            .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition()))));
            Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
            TopicEnds.of(admin, partitions)
                    .forEach((partition, end) -> ends.put(partition, new OffsetAndMetadata(end)));
            TopicEnds.join(admin.alterConsumerGroupOffsets(group, ends).all());
        }
    }

    private static Admin admin(String bootstrapServers) {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        stop.run();
    }
}
