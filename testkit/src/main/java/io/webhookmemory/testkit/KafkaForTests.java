package io.webhookmemory.testkit;

import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.testcontainers.kafka.KafkaContainer;

/**
 * The broker of integration tests: the embedded one, or with {@code -Dtest.kafka=testcontainers} Apache's image on a
 * Docker engine.
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

    /** Creates those of the catalogue's topics that are missing on any broker, and returns when every partition has a leader that responds. */
    public static void applyCatalogue(String bootstrapServers, Map<String, String> variables) {
        TopicCatalogue catalogue = TopicCatalogue.of(settings(variables));
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            int replicas = catalogue
                    .settings()
                    .replicasOn(admin.describeCluster().nodes().get().size());
            Set<String> existing = admin.listTopics().names().get();
            admin.createTopics(catalogue.topics().stream()
                            .filter(spec -> !existing.contains(spec.name()))
                            .map(spec -> new NewTopic(spec.name(), spec.partitions(), (short) replicas)
                                    .configs(spec.config()))
                            .toList())
                    .all()
                    .get();
            // A broker that has just heard of a partition may refuse a producer's first batch for it and take the
            // second.
            TopicEnds.awaitLeaders(admin, partitions(catalogue));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot create the catalogue's topics", e);
        }
    }

    private static List<TopicPartition> partitions(TopicCatalogue catalogue) {
        return catalogue.topics().stream()
                .flatMap(spec -> IntStream.range(0, spec.partitions())
                        .mapToObj(partition -> new TopicPartition(spec.name(), partition)))
                .toList();
    }

    private static CatalogueSettings settings(Map<String, String> variables) {
        String modules = variables.get("WEBHOOK_MODULES");
        return new CatalogueSettings(
                modules == null ? Topics.DEFAULT_MODULES : List.of(modules.split(",", -1)),
                number(variables, "TOPICS_PARTITIONS", CatalogueSettings.DEFAULT_PARTITIONS),
                number(variables, "TOPICS_REPLICATION_FACTOR", 0),
                number(variables, "TOPICS_MIN_INSYNC_REPLICAS", 0),
                number(variables, "WEBHOOK_MAX_RETRIES", CatalogueSettings.DEFAULT_RETRY_TIERS));
    }

    private static int number(Map<String, String> variables, String name, int fallback) {
        return variables.containsKey(name) ? Integer.parseInt(variables.get(name)) : fallback;
    }

    /** Creates topics of one partition that are not the catalogue's, on any broker, and returns when their leaders answer. */
    public static void createTopics(String bootstrapServers, String... names) {
        List<NewTopic> topics = Arrays.stream(names)
                .map(name -> new NewTopic(name, 1, (short) 1))
                .toList();
        try (Admin admin = admin(bootstrapServers)) {
            TopicEnds.join(admin.createTopics(topics).all());
            TopicEnds.awaitLeaders(
                    admin,
                    Arrays.stream(names)
                            .map(name -> new TopicPartition(name, 0))
                            .toList());
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
