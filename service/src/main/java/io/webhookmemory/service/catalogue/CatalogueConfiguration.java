package io.webhookmemory.service.catalogue;

import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.Topics;
import java.util.List;

/** Reads the catalogue's settings from the environment; every service reads the same ones. */
public final class CatalogueConfiguration {
    private CatalogueConfiguration() {}

    /** Reads {@code WEBHOOK_MODULES}, {@code WEBHOOK_MAX_RETRIES} and {@code TOPICS_*}; problems go to the reader. */
    public static CatalogueSettings read(SettingsReader settings) {
        List<String> modules = settings.list("WEBHOOK_MODULES", Topics.DEFAULT_MODULES);
        if (modules.stream().anyMatch(module -> !module.matches("[A-Za-z][A-Za-z0-9_]{0,99}"))) {
            settings.problem("WEBHOOK_MODULES must hold module names of letters, digits and underscores");
        }
        modules.stream()
                .filter(module -> Topics.ofModule(module).equals(Topics.WEBHOOKS))
                .forEach(module -> settings.problem(
                        "WEBHOOK_MODULES must not hold " + module + ": its topic would be the pipeline's first one"));
        int replicationFactor = settings.integer("TOPICS_REPLICATION_FACTOR", 0, 0, 9);
        int minInsyncReplicas = settings.integer("TOPICS_MIN_INSYNC_REPLICAS", 0, 0, 9);
        if (replicationFactor > 0 && minInsyncReplicas > replicationFactor) {
            settings.problem("TOPICS_MIN_INSYNC_REPLICAS must not be above TOPICS_REPLICATION_FACTOR: nothing could be"
                    + " written");
        }
        return new CatalogueSettings(
                modules,
                settings.integer("TOPICS_PARTITIONS", CatalogueSettings.DEFAULT_PARTITIONS, 1, 1000),
                replicationFactor,
                minInsyncReplicas,
                settings.integer(
                        "WEBHOOK_MAX_RETRIES",
                        CatalogueSettings.DEFAULT_RETRY_TIERS,
                        0,
                        CatalogueSettings.MAX_RETRY_TIERS));
    }
}
