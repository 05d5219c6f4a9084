package io.webhookmemory.zoho.api;

import io.webhookmemory.service.config.Secret;
import io.webhookmemory.service.config.SettingsReader;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How to reach Zoho CRM.
 *
 * @param accountsUrl the host that grants access tokens; the region's by default
 * @param apiUrl the region's by default; differs for a sandbox, for example
 * @param timeout of one call, including the response body; also the longest wait for the throttle
 * @param callsPerSecond limit of this process
 * @param concurrency limit of concurrent calls of this process; Zoho's smallest edition allows 5 in all
 */
public record ZohoSettings(
        String clientId,
        Secret clientSecret,
        Secret refreshToken,
        URI accountsUrl,
        URI apiUrl,
        Duration timeout,
        int callsPerSecond,
        int concurrency) {
    private static final Secret NONE = new Secret("");

    /** The settings of a service that requires Zoho's API; missing credentials are a problem. */
    public static ZohoSettings required(SettingsReader settings) {
        Optional<ZohoSettings> given = from(settings);
        if (settings.optional("ZOHO_CLIENT_ID").isEmpty()) {
            settings.problem("ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN are required");
        }
        return given.orElseGet(() -> read(settings));
    }

    /** Empty if Zoho's API is not configured; it is optional for the pipeline. */
    public static Optional<ZohoSettings> from(SettingsReader settings) {
        ZohoSettings zoho = read(settings);
        long given = Stream.of(
                        settings.optional("ZOHO_CLIENT_ID"),
                        settings.optionalSecret("ZOHO_CLIENT_SECRET"),
                        settings.optionalSecret("ZOHO_REFRESH_TOKEN"))
                .filter(Optional::isPresent)
                .count();
        if (given != 0 && given != 3) {
            settings.problem(
                    "set all of ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN, or none " + "of them");
        }
        return given == 3 ? Optional.of(zoho) : Optional.empty();
    }

    private static ZohoSettings read(SettingsReader settings) {
        ZohoRegion region = settings.choice("ZOHO_REGION", ZohoRegion.class, ZohoRegion.US);
        return new ZohoSettings(
                settings.optional("ZOHO_CLIENT_ID").orElse(""),
                settings.optionalSecret("ZOHO_CLIENT_SECRET").orElse(NONE),
                settings.optionalSecret("ZOHO_REFRESH_TOKEN").orElse(NONE),
                settings.url("ZOHO_ACCOUNTS_URL", region.accountsUrl().toString()),
                settings.url("ZOHO_API_URL", region.apiUrl().toString()),
                settings.seconds("ZOHO_TIMEOUT", 30, 0.1, 600),
                settings.integer("ZOHO_RATE_LIMIT", 10, 1, 1000),
                settings.integer("ZOHO_CONCURRENCY", 5, 1, 25));
    }

    /** For a long job beside the services, which keep the other half; it makes one call at a time. */
    public ZohoSettings withHalfOfTheRate() {
        return new ZohoSettings(
                clientId, clientSecret, refreshToken, accountsUrl, apiUrl, timeout, Math.max(1, callsPerSecond / 2), 1);
    }
}
