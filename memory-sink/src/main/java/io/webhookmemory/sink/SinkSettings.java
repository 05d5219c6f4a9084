package io.webhookmemory.sink;

import io.webhookmemory.service.ServiceSettings;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.sink.cognee.CogneeSettings;
import io.webhookmemory.sink.cognify.CognifyStage;
import io.webhookmemory.sink.retry.RetryPolicy;
import io.webhookmemory.sink.sync.Datasets;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.zoho.ZohoSettings;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How the memory-sink is configured.
 *
 * @param zoho where set, records are read there; otherwise the events say what there is
 * @param workers accounts worked on at once
 * @param maxInFlight events read and not done, in each of the two groups; bounds memory
 */
public record SinkSettings(
        ServiceSettings service,
        CatalogueSettings catalogue,
        CogneeSettings cognee,
        Optional<ZohoSettings> zoho,
        Datasets datasets,
        RetryPolicy retry,
        CognifyStage.Settings cognify,
        int workers,
        int maxInFlight) {
    static final String SERVICE = "memory-sink";
    private static final int DEFAULT_MANAGEMENT_PORT = 9103;

    public static SinkSettings from(SettingsReader settings) {
        CatalogueSettings catalogue = CatalogueSettings.from(settings);
        CogneeSettings cognee = CogneeSettings.from(settings);
        return new SinkSettings(
                ServiceSettings.from(settings, SERVICE, DEFAULT_MANAGEMENT_PORT),
                catalogue,
                cognee,
                ZohoSettings.from(settings),
                Datasets.from(settings),
                RetryPolicy.from(
                        settings,
                        catalogue.retryTiers(),
                        cognee.cognifyTimeout(),
                        () -> ThreadLocalRandom.current().nextDouble()),
                new CognifyStage.Settings(
                        settings.integer("WEBHOOK_BATCH_SIZE", 10, 1, 10_000),
                        settings.seconds("WEBHOOK_BATCH_TIMEOUT", 5, 0, 3600),
                        settings.integer("COGNEE_COGNIFY_CONCURRENCY", 2, 1, 64)),
                settings.integer("WEBHOOK_NUM_WORKERS", 3, 1, 256),
                settings.integer("MEMORY_SINK_MAX_IN_FLIGHT", 500, 1, 100_000));
    }
}
