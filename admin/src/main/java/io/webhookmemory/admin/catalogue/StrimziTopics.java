package io.webhookmemory.admin.catalogue;

import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.TopicSpec;
import java.util.Map;
import java.util.TreeMap;

/** The catalogue as {@code KafkaTopic} resources of Strimzi, the Kafka operator for Kubernetes. */
public final class StrimziTopics {
    private StrimziTopics() {}

    /**
     * One YAML document per topic.
     *
     * @param cluster name of the {@code Kafka} resource
     * @param apiVersion {@code v1} from Strimzi 0.49 on, {@code v1beta2} before
     */
    public static String yaml(TopicCatalogue catalogue, String cluster, String apiVersion) {
        StringBuilder yaml = new StringBuilder();
        catalogue.topics().forEach(topic -> yaml.append(yaml(topic, catalogue.settings(), cluster, apiVersion)));
        return yaml.toString();
    }

    private static String yaml(TopicSpec topic, CatalogueSettings settings, String cluster, String apiVersion) {
        int replicas =
                settings.replicationFactor() == 0 ? CatalogueSettings.DEFAULT_REPLICAS : settings.replicationFactor();
        int minInsync = settings.minInsyncReplicas() == 0 ? Math.max(1, replicas - 1) : settings.minInsyncReplicas();
        Map<String, String> config = new TreeMap<>(topic.config());
        config.put("min.insync.replicas", String.valueOf(minInsync));
        StringBuilder options = new StringBuilder();
        config.forEach((name, value) -> options.append("    %s: \"%s\"%n".formatted(name, value)));
        return """
                ---
                apiVersion: kafka.strimzi.io/%s
                kind: KafkaTopic
                metadata:
                  name: %s
                  labels:
                    strimzi.io/cluster: %s
                spec:
                  topicName: %s
                  partitions: %d
                  replicas: %d
                  config:
                """.formatted(
                                apiVersion,
                                // Kubernetes names may not contain underscores.
                                topic.name().replace('_', '-'),
                                cluster,
                                topic.name(),
                                topic.partitions(),
                                replicas)
                + options;
    }
}
