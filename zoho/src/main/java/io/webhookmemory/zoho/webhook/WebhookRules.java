package io.webhookmemory.zoho.webhook;

import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import java.time.Duration;
import java.util.List;

/**
 * What a webhook must be like.
 *
 * @param modules allowed modules in the CRM's spelling
 * @param requireTime whether a change must say when it happened
 * @param maxTimeAhead how far ahead of the receiver's clock a time of change may be; a later one does not count
 */
public record WebhookRules(List<String> modules, boolean requireTime, Duration maxTimeAhead) {
    private static final int DEFAULT_SECONDS_AHEAD = 300;
    private static final int MAX_SECONDS_AHEAD = 86_400;

    /** The defaults for some modules. */
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
