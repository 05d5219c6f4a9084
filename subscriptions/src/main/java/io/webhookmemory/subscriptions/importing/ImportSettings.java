package io.webhookmemory.subscriptions.importing;

import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.kafka.PublisherSettings;
import io.webhookmemory.subscriptions.channel.SubscriptionSettings;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.zoho.api.ZohoSettings;
import java.util.List;

/**
 * What an import needs to know.
 *
 * @param zoho with half of {@code ZOHO_RATE_LIMIT}, so that the services beside the import keep the other half
 * @param modules those of the pipeline that Zoho lets one list
 */
public record ImportSettings(
        ZohoSettings zoho, TopicCatalogue catalogue, List<String> modules, PublisherSettings publishing) {

    /** Reads the settings; what is missing or wrong goes to the reader as a problem. */
    public static ImportSettings from(SettingsReader settings) {
        TopicCatalogue catalogue = TopicCatalogue.of(CatalogueConfiguration.read(settings));
        return new ImportSettings(
                ZohoSettings.required(settings).withHalfOfTheRate(),
                catalogue,
                SubscriptionSettings.readable(catalogue.settings().modules()),
                PublisherSettings.from(settings));
    }

    public KafkaSettings kafka() {
        return publishing.kafka();
    }
}
