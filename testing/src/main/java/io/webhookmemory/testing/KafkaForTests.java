package io.webhookmemory.testing;

import io.webhookmemory.embedded.kafka.EmbeddedKafka;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.CatalogueAdmin;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import java.util.HashMap;
import java.util.Map;
import org.testcontainers.kafka.KafkaContainer;

/**
 * The broker that integration tests run on: the embedded one, or with {@code -Dtest.kafka=testcontainers} Apache's own
 * image on the Docker engine that answers.
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

    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        stop.run();
    }
}
