package io.webhookmemory.ingress.http;

import io.webhookmemory.ingress.auth.AuthSettings;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.zoho.webhook.EventBudget;
import io.webhookmemory.zoho.webhook.WebhookRules;
import java.time.Duration;

/**
 * What the HTTP endpoint accepts, and the limits on senders' resource usage.
 *
 * @param port 0 for any free port
 * @param enabled if false, every webhook gets 503
 * @param budget limits on the events of one webhook
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
     * Limits on what senders use before they are authenticated.
     *
     * @param bodyTime the total time for receiving a body, from the end of the request's head
     * @param maxBodiesBytes the memory for all bodies together
     * @param idleTime how long a connection may stay idle before the first byte of the next request
     * @param headTime the total time for receiving a request's head, from the connection's start or the head's first byte
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
        /** Kafka stores them; the health status is degraded. */
        BUFFER,
        /** They get 503. */
        REJECT
    }

    /** Reads the settings; reports missing or invalid ones to the reader as problems. */
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
