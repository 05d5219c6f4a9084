package io.webhookmemory.service.catalogue;

import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.TopicSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * The catalogue and what the brokers reported.
 *
 * @param topics by name, those that the queried broker knows
 * @param configs by name, those that the queried broker knows; this may be another broker, which learned of a new topic
 *     earlier or later
 */
public record Comparison(TopicCatalogue catalogue, Map<String, TopicDescription> topics, Map<String, Config> configs) {

    /** A topic that one of the queried brokers does not know is missing: that broker would reject its records. */
    public boolean has(TopicSpec spec) {
        return topics.containsKey(spec.name()) && configs.containsKey(spec.name());
    }

    public boolean isTooNarrow(TopicSpec spec) {
        return has(spec) && partitions(spec) < spec.partitions();
    }

    public int partitions(TopicSpec spec) {
        return topics.get(spec.name()).partitions().size();
    }

    public List<Difference> differences() {
        List<Difference> differences = new ArrayList<>();
        for (TopicSpec spec : catalogue.topics()) {
            if (!has(spec)) {
                differences.add(new Difference(spec.name(), "missing", true));
                continue;
            }
            int partitions = partitions(spec);
            if (partitions != spec.partitions()) {
                differences.add(new Difference(
                        spec.name(),
                        "has " + partitions + " partitions, not " + spec.partitions(),
                        partitions < spec.partitions()));
            }
            replicas(topics.get(spec.name())).ifPresent(differences::add);
            options(spec)
                    .forEach((option, value) -> differences.add(new Difference(
                            spec.name(), option + " is " + valueOf(spec, option) + ", not " + value, true)));
        }
        return differences;
    }

    /** The options of an existing topic that differ, with the values of the catalogue. */
    public Map<String, String> options(TopicSpec spec) {
        Map<String, String> changes = new HashMap<>();
        spec.config().forEach((option, value) -> {
            if (!value.equals(valueOf(spec, option))) {
                changes.put(option, value);
            }
        });
        return changes;
    }

    /** The broker cannot change the replication factor on request; use kafka-reassign-partitions. */
    private Optional<Difference> replicas(TopicDescription topic) {
        int wanted = catalogue.settings().replicationFactor();
        int fewest = fewestReplicas(topic);
        return wanted == 0 || wanted == fewest
                ? Optional.empty()
                : Optional.of(new Difference(topic.name(), "has " + fewest + " replicas, not " + wanted, false));
    }

    private String valueOf(TopicSpec spec, String option) {
        ConfigEntry entry = configs.get(spec.name()).get(option);
        return entry == null ? null : entry.value();
    }

    /** The smallest replica count of the topic's partitions. */
    public static int fewestReplicas(TopicDescription topic) {
        return topic.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
    }
}
