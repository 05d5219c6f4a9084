package io.webhookmemory.ingress.subscriptions;

import io.webhookmemory.service.config.Secret;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.zoho.ZohoSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How Zoho is made to talk to us.
 *
 * @param zoho empty where Zoho's API is not configured
 * @param baseUrl where Zoho reaches the ingress; empty where not configured
 * @param secrets channel tokens are derived from the first
 * @param watches what there should be a channel for
 * @param sweptModules what is read now and then
 * @param renewBefore how long before a channel's expiry it is renewed
 * @param checkInterval between two looks at the channels
 * @param sweepInterval between two readings of what changed
 * @param sweepLookback how far back the first goes, where it is not known up to when one has been
 */
public record SubscriptionSettings(
        Optional<ZohoSettings> zoho,
        Optional<URI> baseUrl,
        List<Secret> secrets,
        List<Watch> watches,
        List<String> sweptModules,
        Duration renewBefore,
        Duration checkInterval,
        Duration sweepInterval,
        Duration sweepLookback) {
    private static final int MIN_SECRET_LENGTH = 32;
    /** Zoho lets one read and change Activities as Tasks, Events and Calls only. */
    private static final Set<String> NOT_READABLE = Set.of("Activities");

    private static final Set<String> NOT_WATCHABLE = Set.of("Activities", "Notes");

    public static SubscriptionSettings from(SettingsReader settings) {
        List<String> modules = CatalogueSettings.from(settings).modules();
        return new SubscriptionSettings(
                ZohoSettings.from(settings),
                baseUrl(settings),
                settings.secrets("WEBHOOK_SECRET", MIN_SECRET_LENGTH),
                watches(settings, modules),
                without(NOT_READABLE, modules),
                settings.seconds("WEBHOOK_RENEW_BEFORE", 172_800, 60, 604_800),
                settings.seconds("WEBHOOK_SUBSCRIPTION_CHECK_INTERVAL", 900, 1, 86_400),
                settings.seconds("WEBHOOK_SWEEP_INTERVAL", 3600, 1, 604_800),
                settings.seconds("WEBHOOK_SWEEP_LOOKBACK", 86_400, 0, 5_184_000));
    }

    private static Optional<URI> baseUrl(SettingsReader settings) {
        return settings.optional("WEBHOOK_BASE_URL")
                .map(text -> settings.url("WEBHOOK_BASE_URL", "https://webhooks.example.com"));
    }

    // What the pipeline does not accept would be answered 422 forever.
    private static List<Watch> watches(SettingsReader settings, List<String> modules) {
        List<String> all = without(NOT_WATCHABLE, modules).stream()
                .map(module -> module + ".all")
                .toList();
        try {
            List<Watch> watches = Watch.of(settings.list("WEBHOOK_SUBSCRIPTIONS", all));
            watches.stream()
                    .map(Watch::module)
                    .filter(module -> !modules.contains(module))
                    .forEach(module ->
                            settings.problem("WEBHOOK_SUBSCRIPTIONS has " + module + ", WEBHOOK_MODULES has not"));
            return watches;
        } catch (IllegalArgumentException e) {
            settings.problem("WEBHOOK_SUBSCRIPTIONS must be events: " + e.getMessage());
            return List.of();
        }
    }

    private static List<String> without(Set<String> excluded, List<String> modules) {
        return modules.stream().filter(module -> !excluded.contains(module)).toList();
    }

    /** Empty where there is no address to give to Zoho. */
    Optional<ChannelPlan> plan() {
        return baseUrl.map(url ->
                new ChannelPlan(URI.create(url.toString().replaceFirst("/+$", "") + "/webhooks/zoho"), secrets));
    }
}
