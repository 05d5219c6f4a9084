package io.webhookmemory.ingress;

import io.webhookmemory.ingress.http.HttpSettings;
import io.webhookmemory.service.ServiceSettings;
import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.PublisherSettings;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import java.time.Duration;

/**
 * The settings of the ingress.
 *
 * @param eventTtl how long Redis keeps a recent event id
 * @param maxQueueSize backlog from which on the pipeline counts as full
 * @param warmUpWebhooks synthetic webhooks before the ingress is ready; 0 for none
 */
public record IngressSettings(
        ServiceSettings service,
        CatalogueSettings catalogue,
        HttpSettings http,
        PublisherSettings publisher,
        Duration eventTtl,
        int maxQueueSize,
        int warmUpWebhooks) {
    static final String SERVICE = "ingress";
    private static final int DEFAULT_MANAGEMENT_PORT = 9101;

    public static IngressSettings from(SettingsReader settings) {
        CatalogueSettings catalogue = CatalogueConfiguration.read(settings);
        return new IngressSettings(
                ServiceSettings.from(settings, SERVICE, DEFAULT_MANAGEMENT_PORT),
                catalogue,
                HttpSettings.from(settings, catalogue),
                PublisherSettings.from(settings),
                settings.seconds("WEBHOOK_EVENT_TTL", 3600, 1, 2_592_000),
                settings.integer("WEBHOOK_MAX_QUEUE_SIZE", 10_000, 1, Integer.MAX_VALUE),
                settings.integer("INGRESS_WARM_UP_WEBHOOKS", 500, 0, 10_000));
    }
}
