package io.webhookmemory.subscriptions.channel;

import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.zoho.api.ZohoSettings;
import io.webhookmemory.zoho.crm.CrmModules;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How changes are obtained from Zoho: by notification channels, and by sweeps for what these missed.
 *
 * @param plan the properties of the channels
 * @param watches the channels that must exist
 * @param sweptModules the modules that sweeps read
 * @param renewBefore how long before its expiry a channel is renewed
 * @param checkInterval time between two checks of the channels
 * @param sweepInterval time between two sweeps
 * @param sweepLookback how far back the first sweep reads if no position is known
 */
public record SubscriptionSettings(
        ZohoSettings zoho,
        ChannelPlan plan,
        List<Watch> watches,
        List<String> sweptModules,
        Duration renewBefore,
        Duration checkInterval,
        Duration sweepInterval,
        Duration sweepLookback) {
    private static final int MIN_SECRET_LENGTH = 32;
    /** Reads the settings; what is missing or wrong goes to the reader as a problem. */
    public static SubscriptionSettings from(SettingsReader settings) {
        List<String> modules = CatalogueConfiguration.read(settings).modules();
        return new SubscriptionSettings(
                ZohoSettings.required(settings),
                new ChannelPlan(notifyUrl(settings), settings.secrets("WEBHOOK_SECRET", MIN_SECRET_LENGTH)),
                watches(settings, modules),
                readable(modules),
                settings.seconds("WEBHOOK_RENEW_BEFORE", 172_800, 60, 604_800),
                settings.seconds("WEBHOOK_SUBSCRIPTION_CHECK_INTERVAL", 900, 1, 86_400),
                settings.seconds("WEBHOOK_SWEEP_INTERVAL", 3600, 1, 604_800),
                settings.seconds("WEBHOOK_SWEEP_LOOKBACK", 86_400, 0, 5_184_000));
    }

    /** Where Zoho posts notifications: the ingress's address as seen from outside. */
    private static URI notifyUrl(SettingsReader settings) {
        if (settings.optional("WEBHOOK_BASE_URL").isEmpty()) {
            settings.problem("WEBHOOK_BASE_URL is required: the address at which Zoho reaches the ingress");
        }
        URI base = settings.url("WEBHOOK_BASE_URL", "https://webhooks.example.com");
        return URI.create(base.toString().replaceFirst("/+$", "") + "/webhooks/zoho");
    }

    // The ingress would respond 422 forever to modules that the pipeline does not accept.
    private static List<Watch> watches(SettingsReader settings, List<String> modules) {
        List<String> all = only(CrmModules::isWatchable, modules).stream()
                .map(module -> module + ".all")
                .toList();
        try {
            List<Watch> watches = Watch.of(settings.list("WEBHOOK_SUBSCRIPTIONS", all));
            watches.stream()
                    .map(Watch::module)
                    .forEach(module -> problem(module, modules)
                            .ifPresent(why -> settings.problem("WEBHOOK_SUBSCRIPTIONS has " + module + why)));
            return watches;
        } catch (IllegalArgumentException e) {
            settings.problem("WEBHOOK_SUBSCRIPTIONS must be events: " + e.getMessage());
            return List.of();
        }
    }

    private static Optional<String> problem(String module, List<String> modules) {
        return modules.contains(module)
                ? CrmModules.whyNotWatchable(module).map(why -> ": " + why)
                : Optional.of(", WEBHOOK_MODULES has not");
    }

    private static List<String> only(Predicate<String> which, List<String> modules) {
        return modules.stream().filter(which).toList();
    }

    /** Modules that have no channel, and whose changes are found by sweeps only. */
    public List<String> sweptOnly() {
        return only(module -> watches.stream().noneMatch(watch -> watch.module().equals(module)), sweptModules);
    }

    /** Those of the pipeline's modules whose records Zoho lets one list. */
    public static List<String> readable(List<String> modules) {
        return only(CrmModules::isSweepable, modules);
    }
}
