package io.webhookmemory.processor.topology;

import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.zoho.crm.AccountLinkSettings;
import io.webhookmemory.zoho.crm.AccountLinks;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The settings of the topology.
 *
 * @param eventTtl how long an event's identity counts as seen
 * @param deletedStateTtl how long the state of a deleted record is kept after its deletion
 * @param criticalFields names of record fields whose change memory should show at once
 * @param accountLinks how records name their account
 */
public record TopologySettings(
        CatalogueSettings catalogue,
        Duration eventTtl,
        Duration deletedStateTtl,
        Set<String> criticalFields,
        AccountLinks accountLinks) {
    private static final List<String> DEFAULT_CRITICAL_FIELDS =
            List.of("Account_Status", "Health_Score", "Owner", "Annual_Revenue", "Account_Type", "Industry");

    /** Zoho's recycle bin keeps a record for 60 days; a restore within them may need the content. */
    private static final Duration DEFAULT_DELETED_STATE_TTL = Duration.ofDays(60);

    private static final Duration MAX_DELETED_STATE_TTL = Duration.ofDays(3650);

    public TopologySettings {
        criticalFields = Set.copyOf(criticalFields);
    }

    public static TopologySettings from(SettingsReader settings) {
        return new TopologySettings(
                CatalogueConfiguration.read(settings),
                settings.seconds("WEBHOOK_EVENT_TTL", 3600, 1, 2_592_000),
                // The state drops late events of the record, so it outlives those that topics hold by default.
                settings.seconds(
                        "WEBHOOK_DELETED_STATE_TTL",
                        seconds(DEFAULT_DELETED_STATE_TTL),
                        seconds(TopicCatalogue.DLT_RETENTION),
                        seconds(MAX_DELETED_STATE_TTL)),
                Set.copyOf(settings.list("WEBHOOK_CRITICAL_FIELDS", DEFAULT_CRITICAL_FIELDS)),
                AccountLinkSettings.read(settings));
    }

    private static double seconds(Duration duration) {
        return (double) duration.toSeconds();
    }
}
