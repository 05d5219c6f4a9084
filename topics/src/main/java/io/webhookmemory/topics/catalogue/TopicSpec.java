package io.webhookmemory.topics.catalogue;

import java.util.Map;

/**
 * What a topic has to be.
 *
 * @param config topic options by Kafka's names; options not named here are the operator's own
 */
public record TopicSpec(String name, int partitions, Map<String, String> config) {
    public TopicSpec {
        config = Map.copyOf(config);
    }
}
