package io.webhookmemory.sink;

import io.webhookmemory.cognee.CogneeSettings;
import io.webhookmemory.cognee.Datasets;
import io.webhookmemory.service.ServiceSettings;
import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.sink.cognify.CognifyScheduler;
import io.webhookmemory.sink.consume.SessionTimeout;
import io.webhookmemory.sink.failure.FailurePolicy;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.zoho.api.ZohoSettings;
import io.webhookmemory.zoho.crm.AccountLinkSettings;
import io.webhookmemory.zoho.crm.AccountLinks;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The configuration of the memory-sink.
 *
 * @param zoho where set, records are read there; otherwise the events say what there is
 * @param accountLinks how records name their account
 * @param workers accounts worked on at once
 * @param addBatch documents that go in one call at most
 * @param maxInFlight events read and not done, in each of the two groups; bounds memory
 * @param maxInFlightBytes of these events, in each of the two groups
 */
public record SinkSettings(
        ServiceSettings service,
        CatalogueSettings catalogue,
        CogneeSettings cognee,
        Optional<ZohoSettings> zoho,
        AccountLinks accountLinks,
        Datasets datasets,
        FailurePolicy failures,
        CognifyScheduler.Settings cognify,
        int workers,
        int addBatch,
        int maxInFlight,
        long maxInFlightBytes) {
    static final String SERVICE = "memory-sink";
    private static final int DEFAULT_MANAGEMENT_PORT = 9103;
    private static final int MEBIBYTE = 1024 * 1024;

    public static SinkSettings from(SettingsReader settings) {
        CatalogueSettings catalogue = CatalogueConfiguration.read(settings);
        CogneeSettings cognee = CogneeSettings.from(settings);
        ServiceSettings service = ServiceSettings.from(settings, SERVICE, DEFAULT_MANAGEMENT_PORT);
        SessionTimeout.problem(service.kafka(), cognee.timeout()).ifPresent(settings::problem);
        return new SinkSettings(
                service,
                catalogue,
                cognee,
                ZohoSettings.from(settings),
                AccountLinkSettings.read(settings),
                Datasets.from(settings),
                FailurePolicy.from(
                        settings,
                        catalogue.retryTiers(),
                        cognee.cognifyTimeout(),
                        () -> ThreadLocalRandom.current().nextDouble()),
                new CognifyScheduler.Settings(
                        settings.integer("WEBHOOK_BATCH_SIZE", 10, 1, 10_000),
                        settings.seconds("WEBHOOK_BATCH_TIMEOUT", 5, 0, 3600),
                        settings.integer("COGNEE_COGNIFY_CONCURRENCY", 2, 1, 64),
                        settings.integer("COGNEE_COGNIFY_SHARE", 20, 1, 100) / 100.0),
                settings.integer("WEBHOOK_NUM_WORKERS", 3, 1, 256),
                settings.integer("COGNEE_ADD_BATCH", 50, 1, 1000),
                settings.integer("MEMORY_SINK_MAX_IN_FLIGHT", 10_000, 1, 1_000_000),
                settings.integer("MEMORY_SINK_MAX_IN_FLIGHT_BYTES", 64 * MEBIBYTE, MEBIBYTE, Integer.MAX_VALUE));
    }
}
