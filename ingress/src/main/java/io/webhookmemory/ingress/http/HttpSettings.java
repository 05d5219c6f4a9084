package io.webhookmemory.ingress.http;

import io.webhookmemory.ingress.auth.AuthSettings;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.zoho.webhook.EventBudget;
import io.webhookmemory.zoho.webhook.WebhookRules;
import java.time.Duration;

/**
 * What the HTTP endpoint accepts, and what senders may take up.
 *
 * @param port 0 for any free one
 * @param enabled false to answer 503 to every webhook
 * @param budget what one webhook may become
 */
public record HttpSettings(
        String host,
        int port,
        boolean enabled,
        AuthSettings auth,
        WebhookRules rules,
        EventBudget budget,
        Limits limits,
        Overflow overflow) {
    private static final int MIB = 1024 * 1024;

    /**
     * What senders may take up before they are authenticated.
     *
     * @param bodyTime how long a body may take altogether, from its request's head on
     * @param maxBodiesBytes what all bodies may hold in memory at once
     * @param idleTime how long a connection may be kept alive without a byte of a next request
     * @param headTime how long a request's head may take, from the connection's start or the head's first byte
     * @param responseTime how long the client may take to read a response
     */
    public record Limits(
            int maxBodyBytes,
            Duration bodyTime,
            int maxBodiesBytes,
            Duration idleTime,
            Duration headTime,
            Duration responseTime,
            int maxConnections) {

        static Limits from(SettingsReader settings) {
            return new Limits(
                    settings.integer("WEBHOOK_MAX_BODY_BYTES", MIB, 1024, 2 * MIB),
                    settings.millis("WEBHOOK_BODY_TIMEOUT_MS", 10_000, 100, 600_000),
                    settings.integer("WEBHOOK_MAX_BODIES_BYTES", 32 * MIB, 4 * MIB, 1024 * MIB),
                    settings.millis("INGRESS_IDLE_TIMEOUT_MS", 75_000, 100, 600_000),
                    settings.millis("INGRESS_HEAD_TIMEOUT_MS", 30_000, 100, 600_000),
                    settings.millis("INGRESS_RESPONSE_TIMEOUT_MS", 10_000, 100, 600_000),
                    settings.integer("INGRESS_MAX_CONNECTIONS", 4096, 16, 65_536));
        }
    }

    /** What happens to webhooks while the pipeline's backlog is at its capacity. */
    public enum Overflow {
        /** Kafka keeps them; health says degraded. */
        BUFFER,
        /** They are answered 503. */
        REJECT
    }

    /** Reads the settings; what is missing or wrong goes to the reader as a problem. */
    public static HttpSettings from(SettingsReader settings, CatalogueSettings catalogue) {
        return new HttpSettings(
                settings.text("INGRESS_HOST", "0.0.0.0"),
                settings.integer("INGRESS_PORT", 8000, 0, 65535),
                settings.flag("WEBHOOK_ENABLED", true),
                AuthSettings.from(settings),
                WebhookRules.from(settings, catalogue),
                new EventBudget(
                        settings.integer("WEBHOOK_MAX_RECORDS", 10_000, 1, 100_000),
                        settings.integer("WEBHOOK_MAX_EVENT_BYTES", 8 * MIB, 4 * MIB, 64 * MIB)),
                Limits.from(settings),
                settings.choice("WEBHOOK_OVERFLOW", Overflow.class, Overflow.BUFFER));
    }
}
