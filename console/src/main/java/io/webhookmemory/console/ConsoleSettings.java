package io.webhookmemory.console;

import io.webhookmemory.admin.trace.Trace;
import io.webhookmemory.console.access.AccessSettings;
import io.webhookmemory.console.metrics.Target;
import io.webhookmemory.service.ServiceSettings;
import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.zoho.webhook.WebhookRules;
import java.util.List;

/**
 * Settings of the console.
 *
 * @param host the address that the pages are served on; unless it is a loopback address, a login is required
 * @param port 0 for any free port
 * @param targets the services whose metrics the overview shows
 */
public record ConsoleSettings(
        ServiceSettings service,
        CatalogueSettings catalogue,
        WebhookRules rules,
        Trace.Settings trace,
        String host,
        int port,
        AccessSettings access,
        List<Target> targets) {
    static final String NAME = "console";
    private static final int DEFAULT_PORT = 8090;
    private static final int DEFAULT_MANAGEMENT_PORT = 9105;

    /** Reads the settings; reports missing or invalid ones to the reader as problems. */
    public static ConsoleSettings from(SettingsReader settings) {
        CatalogueSettings catalogue = CatalogueConfiguration.read(settings);
        String host = settings.text("CONSOLE_HOST", "127.0.0.1");
        return new ConsoleSettings(
                ServiceSettings.from(settings, NAME, DEFAULT_MANAGEMENT_PORT),
                catalogue,
                WebhookRules.from(settings, catalogue),
                Trace.Settings.from(settings),
                host,
                settings.integer("CONSOLE_PORT", DEFAULT_PORT, 0, 65535),
                AccessSettings.from(settings, host),
                Target.listFrom(settings));
    }
}
