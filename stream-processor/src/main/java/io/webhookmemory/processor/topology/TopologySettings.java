package io.webhookmemory.processor.topology;

import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.zoho.crm.AccountLinkSettings;
import io.webhookmemory.zoho.crm.AccountLinks;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The settings of the topology.
 *
 * @param eventTtl how long an event's identity counts as seen
 * @param criticalFields names of record fields whose change memory should show at once
 * @param accountLinks how records name their account
 */
public record TopologySettings(
        CatalogueSettings catalogue, Duration eventTtl, Set<String> criticalFields, AccountLinks accountLinks) {
    private static final List<String> DEFAULT_CRITICAL_FIELDS =
            List.of("Account_Status", "Health_Score", "Owner", "Annual_Revenue", "Account_Type", "Industry");

    public TopologySettings {
        criticalFields = Set.copyOf(criticalFields);
    }

    public static TopologySettings from(SettingsReader settings) {
        return new TopologySettings(
                CatalogueConfiguration.read(settings),
                settings.seconds("WEBHOOK_EVENT_TTL", 3600, 1, 2_592_000),
                Set.copyOf(settings.list("WEBHOOK_CRITICAL_FIELDS", DEFAULT_CRITICAL_FIELDS)),
                AccountLinkSettings.read(settings));
    }
}
