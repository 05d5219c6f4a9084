package io.webhookmemory.admin.catalogue;

import io.webhookmemory.service.catalogue.Comparison;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * What is no difference from the catalogue, and yet may not be what the operator wants; told, and no reason to fail.
 *
 * @param brokers that there are now
 * @param strandedRetries retry topics with records that nobody will read
 */
record CatalogueNotes(CatalogueSettings settings, int brokers, List<String> strandedRetries) {

    List<String> of(Collection<TopicDescription> topics) {
        List<String> notes = new ArrayList<>();
        long thin = topics.stream()
                .filter(topic -> Comparison.fewestReplicas(topic) < CatalogueSettings.DEFAULT_REPLICAS)
                .count();
        if (settings.replicationFactor() == 0 && thin > 0) {
            notes.add(
                    "%d topics have fewer than %d replicas, since there were fewer brokers when they were made (now %d)."
                                    .formatted(thin, CatalogueSettings.DEFAULT_REPLICAS, brokers)
                            + " New brokers do not change that, kafka-reassign-partitions.sh does. TOPICS_REPLICATION_FACTOR"
                            + " says how many there must be, and ends this note.");
        }
        strandedRetries.forEach(topic ->
                notes.add(topic + " holds records that the memory-sink has not read, and with" + " WEBHOOK_MAX_RETRIES="
                        + settings.retryTiers() + " never will. Set it back until they are worked off."));
        return notes;
    }
}
