package io.webhookmemory.testkit;

import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
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

    private KafkaForTests(String bootstrapServers, Runnable stop) {
        this.bootstrapServers = bootstrapServers;
        this.stop = stop;
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

    /** Creates the catalogue's topics on any broker, and returns when every partition has a leader that responds. */
    public static void applyCatalogue(String bootstrapServers, Map<String, String> variables) {
        TopicCatalogue catalogue = TopicCatalogue.of(settings(variables));
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            int replicas = catalogue
                    .settings()
                    .replicasOn(admin.describeCluster().nodes().get().size());
            admin.createTopics(catalogue.topics().stream()
                            .map(spec -> new NewTopic(spec.name(), spec.partitions(), (short) replicas)
                                    .configs(spec.config()))
                            .toList())
                    .all()
                    .get();
            awaitLeaders(admin, catalogue);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot create the catalogue's topics", e);
        }
    }

    /** A broker that has only heard of a partition may refuse a producer's first batch for it and accept the second. */
    private static void awaitLeaders(Admin admin, TopicCatalogue catalogue)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        catalogue
                .topics()
                .forEach(spec -> IntStream.range(0, spec.partitions())
                        .forEach(partition ->
                                ends.put(new TopicPartition(spec.name(), partition), OffsetSpec.latest())));
        admin.listOffsets(ends).all().get();
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

    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        stop.run();
    }
}
