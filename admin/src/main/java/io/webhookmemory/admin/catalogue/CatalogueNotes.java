package io.webhookmemory.admin.catalogue;

import io.webhookmemory.service.catalogue.Comparison;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * What is not a difference from the catalogue, but may not be what the operator wants. It is printed and does not make
 * the command fail.
 *
 * @param brokers the present number of brokers
 * @param strandedRetries retry topics with records that no sink reads
 */
record CatalogueNotes(CatalogueSettings settings, int brokers, List<String> strandedRetries) {

    List<String> of(Collection<TopicDescription> topics) {
        List<String> notes = new ArrayList<>();
        long thin = topics.stream()
                .filter(topic -> Comparison.fewestReplicas(topic) < CatalogueSettings.DEFAULT_REPLICAS)
                .count();
        if (settings.replicationFactor() == 0 && thin > 0) {
            notes.add("%d topics have fewer than %d replicas: there were fewer brokers when they were created (now %d)."
                            .formatted(thin, CatalogueSettings.DEFAULT_REPLICAS, brokers)
                    + " Use kafka-reassign-partitions.sh to change that. Set TOPICS_REPLICATION_FACTOR to the"
                    + " intended number to end this note.");
        }
        strandedRetries.forEach(topic ->
                notes.add(topic + " holds records that the memory-sink has not read, and with" + " WEBHOOK_MAX_RETRIES="
                        + settings.retryTiers() + " never will. Set it back until they are processed."));
        return notes;
    }
}
