package io.webhookmemory.topics.catalogue;

import io.webhookmemory.service.config.SettingsReader;
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

    /** The greatest WEBHOOK_MAX_RETRIES. */
    static final int MAX_RETRY_TIERS = 9;

    /** Replicas where nobody says how many: one broker may be lost without notice. */
    public static final int DEFAULT_REPLICAS = 3;

    /** @param brokers that there are when a topic is made */
    int replicasOn(int brokers) {
        return replicationFactor == 0 ? Math.min(DEFAULT_REPLICAS, brokers) : replicationFactor;
    }

    public static CatalogueSettings from(SettingsReader settings) {
        List<String> modules = settings.list("WEBHOOK_MODULES", Topics.DEFAULT_MODULES);
        if (modules.stream().anyMatch(module -> !module.matches("[A-Za-z][A-Za-z0-9_]{0,99}"))) {
            settings.problem("WEBHOOK_MODULES must hold module names of letters, digits and underscores");
        }
        int replicationFactor = settings.integer("TOPICS_REPLICATION_FACTOR", 0, 0, 9);
        int minInsyncReplicas = settings.integer("TOPICS_MIN_INSYNC_REPLICAS", 0, 0, 9);
        if (replicationFactor > 0 && minInsyncReplicas > replicationFactor) {
            settings.problem("TOPICS_MIN_INSYNC_REPLICAS must not be above TOPICS_REPLICATION_FACTOR: nothing could be"
                    + " written");
        }
        return new CatalogueSettings(
                modules,
                settings.integer("TOPICS_PARTITIONS", 6, 1, 1000),
                replicationFactor,
                minInsyncReplicas,
                settings.integer("WEBHOOK_MAX_RETRIES", 3, 0, MAX_RETRY_TIERS));
    }
}
