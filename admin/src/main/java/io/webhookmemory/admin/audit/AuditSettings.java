package io.webhookmemory.admin.audit;

import io.webhookmemory.cognee.CogneeSettings;
import io.webhookmemory.cognee.Datasets;
import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.zoho.api.ZohoSettings;
import io.webhookmemory.zoho.crm.AccountLinkSettings;
import io.webhookmemory.zoho.crm.AccountLinks;
import java.util.Optional;

/**
 * Where the three sides are; the same variables as the services'.
 *
 * @param zoho with half of {@code ZOHO_RATE_LIMIT}; empty without credentials: then memory is compared with the
 *     directory alone
 */
public record AuditSettings(
        KafkaSettings kafka,
        CatalogueSettings catalogue,
        CogneeSettings cognee,
        Datasets datasets,
        Optional<ZohoSettings> zoho,
        AccountLinks links) {

    /** Reads the settings; what is missing or wrong goes to the reader as a problem. */
    public static AuditSettings from(SettingsReader settings) {
        return new AuditSettings(
                KafkaSettings.from(settings),
                CatalogueConfiguration.read(settings),
                CogneeSettings.from(settings),
                Datasets.from(settings),
                ZohoSettings.from(settings).map(ZohoSettings::withHalfOfTheRate),
                AccountLinkSettings.read(settings));
    }
}
