package io.webhookmemory.topics.catalogue;

import java.util.List;

/**
 * The settings of the catalogue. Every service reads them, so that all agree on the topics.
 *
 * @param modules CRM modules that are accepted
 * @param partitions the same for every event topic, so that a record keeps its partition number from ingress to sink
 * @param replicationFactor 0 for 3, or the number of brokers if there are fewer
 * @param minInsyncReplicas 0 for the replication factor minus one, at least one
 * @param retryTiers number of retry topics
 */
public record CatalogueSettings(
        List<String> modules, int partitions, int replicationFactor, int minInsyncReplicas, int retryTiers) {

    public static final int DEFAULT_PARTITIONS = 6;
    public static final int DEFAULT_RETRY_TIERS = 3;
    public static final int MAX_RETRY_TIERS = 9;

    /** The default replication factor: one broker may fail without data loss. */
    public static final int DEFAULT_REPLICAS = 3;

    /** @param brokers number of brokers when the topic is created */
    public int replicasOn(int brokers) {
        return replicationFactor == 0 ? Math.min(DEFAULT_REPLICAS, brokers) : replicationFactor;
    }
}
