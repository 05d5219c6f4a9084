package io.webhookmemory.service.catalogue;

import io.webhookmemory.service.kafka.AdminCalls;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.TopicSpec;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Compares the catalogue with a cluster; changes nothing. */
public final class CatalogueCheck {
    private final AdminCalls calls;
    private final TopicCatalogue catalogue;

    /** @param calls closed by the caller */
    public CatalogueCheck(AdminCalls calls, TopicCatalogue catalogue) {
        this.calls = calls;
        this.catalogue = catalogue;
    }

    /**
     * Fails if the topics differ from the catalogue.
     *
     * @throws StartupException naming every difference, or that Kafka does not respond
     */
    public static void require(KafkaSettings kafka, TopicCatalogue catalogue) {
        try (AdminCalls calls = AdminCalls.open(kafka)) {
            List<Difference> differences =
                    new CatalogueCheck(calls, catalogue).compare().differences();
            if (!differences.isEmpty()) {
                throw new StartupException("the topics differ from the catalogue (run \"topics apply\"): "
                        + differences.stream().map(Difference::toString).collect(Collectors.joining("; ")));
            }
        }
    }

    /** @throws StartupException if Kafka does not respond */
    public Comparison compare() {
        Map<String, TopicDescription> topics = describe();
        return new Comparison(catalogue, topics, configs(topics.keySet()));
    }

    /** The catalogue's topics that exist, by name. */
    public Map<String, TopicDescription> describe() {
        // Request the topics by name: a listing omits topics that this login may not see, which is not the same as
        // missing.
        return known(calls.admin()
                .describeTopics(catalogue.topics().stream().map(TopicSpec::name).toList())
                .topicNameValues());
    }

    private Map<String, Config> configs(Collection<String> topics) {
        Map<String, Config> byName = new HashMap<>();
        known(calls.admin()
                        .describeConfigs(topics.stream()
                                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                                .toList())
                        .values())
                .forEach((topic, config) -> byName.put(topic.name(), config));
        return byName;
    }

    /** The responses for the topics that the queried broker knows. */
    private <K, V> Map<K, V> known(Map<K, KafkaFuture<V>> responses) {
        Map<K, V> known = new HashMap<>();
        responses.forEach((topic, response) -> {
            try {
                known.put(topic, calls.await(response));
            } catch (UnknownTopicOrPartitionException e) {
                // The topic is left out of the result.
            }
        });
        return known;
    }
}
