package io.webhookmemory.zoho.webhook;

import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import java.time.Duration;
import java.util.List;

/**
 * The rules that a webhook must satisfy.
 *
 * @param modules allowed modules in the CRM's spelling
 * @param requireTime whether a change must have a time
 * @param maxTimeAhead how far a time of change may be ahead of the receiver's clock; a later time is ignored
 */
public record WebhookRules(List<String> modules, boolean requireTime, Duration maxTimeAhead) {
    private static final int DEFAULT_SECONDS_AHEAD = 300;
    private static final int MAX_SECONDS_AHEAD = 86_400;

    /** The default rules for the given modules. */
    public static WebhookRules of(List<String> modules) {
        return new WebhookRules(modules, false, Duration.ofSeconds(DEFAULT_SECONDS_AHEAD));
    }

    public static WebhookRules from(SettingsReader settings, CatalogueSettings catalogue) {
        return new WebhookRules(
                catalogue.modules(),
                settings.flag("WEBHOOK_REQUIRE_TIME", false),
                settings.seconds("WEBHOOK_MAX_TIME_AHEAD", DEFAULT_SECONDS_AHEAD, 0, MAX_SECONDS_AHEAD));
    }
}
