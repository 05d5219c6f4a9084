package io.webhookmemory.topics.catalogue;

import java.util.Map;

/**
 * The required form of a topic.
 *
 * @param config topic options by Kafka's names; the operator may set all others
 */
public record TopicSpec(String name, int partitions, Map<String, String> config) {
    public TopicSpec {
        config = Map.copyOf(config);
    }
}
