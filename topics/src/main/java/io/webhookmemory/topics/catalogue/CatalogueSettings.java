package io.webhookmemory.topics.catalogue;

import java.util.List;

/**
 * What the catalogue depends on. Every service reads it, so that all agree on the topics.
 *
 * @param modules CRM modules that are accepted
 * @param partitions of every event topic alike, so that a record keeps its partition number from edge to sink
 * @param replicationFactor 0 to take 3, or the number of brokers where there are fewer
 * @param minInsyncReplicas 0 for the replication factor less one, at least one
 * @param retryTiers number of retry topics
 */
public record CatalogueSettings(
        List<String> modules, int partitions, int replicationFactor, int minInsyncReplicas, int retryTiers) {

    public static final int DEFAULT_PARTITIONS = 6;
    public static final int DEFAULT_RETRY_TIERS = 3;
    public static final int MAX_RETRY_TIERS = 9;

    /** Replicas unless configured: one broker may be lost without notice. */
    public static final int DEFAULT_REPLICAS = 3;

    /** @param brokers in the cluster when a topic is created */
    public int replicasOn(int brokers) {
        return replicationFactor == 0 ? Math.min(DEFAULT_REPLICAS, brokers) : replicationFactor;
    }
}
