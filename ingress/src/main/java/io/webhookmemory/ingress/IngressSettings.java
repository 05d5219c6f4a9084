package io.webhookmemory.ingress;

import io.webhookmemory.service.ServiceSettings;
import io.webhookmemory.service.catalogue.CatalogueConfiguration;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.PublisherSettings;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.zoho.webhook.WebhookRules;
import java.time.Duration;
import java.util.List;

/**
 * How the ingress is configured.
 *
 * @param port 0 for any free one
 * @param secrets all valid at once, for rotation without downtime
 * @param eventTtl how long the ingress remembers an identity
 * @param limits what senders may take up
 * @param maxRecords of one webhook
 * @param maxEventBytes of all events of one webhook together
 * @param maxQueueSize backlog of the pipeline above which it counts as full
 */
public record IngressSettings(
        ServiceSettings service,
        CatalogueSettings catalogue,
        WebhookRules rules,
        String host,
        int port,
        boolean enabled,
        AuthMode auth,
        List<Secret> secrets,
        Duration eventTtl,
        int maxBodyBytes,
        Limits limits,
        int maxRecords,
        int maxEventBytes,
        PublisherSettings publisher,
        int maxQueueSize,
        Overflow overflow) {
    static final String SERVICE = "ingress";
    private static final int DEFAULT_MANAGEMENT_PORT = 9101;
    private static final int MIN_SECRET_LENGTH = 32;
    private static final int MIB = 1024 * 1024;

    /**
     * What senders may take up before it is known who they are.
     *
     * @param bodyTime how long a body may take altogether, from its request's head on
     * @param maxBodiesBytes what all bodies may hold in memory at once
     * @param idleTime how long a connection may be kept alive without a byte of a next request
     * @param headTime how long a request's head may take, from the connection's start or the head's first byte
     * @param responseTime how long the client may take to read a response
     */
    public record Limits(
            Duration bodyTime,
            int maxBodiesBytes,
            Duration idleTime,
            Duration headTime,
            Duration responseTime,
            int maxConnections) {}

    /** Which proofs of origin are taken. */
    public enum AuthMode {
        SIGNATURE,
        CHANNEL_TOKEN,
        BOTH
    }

    /** What happens to webhooks while the pipeline's backlog is at its capacity. */
    public enum Overflow {
        /** Kafka keeps them; health says degraded. */
        BUFFER,
        /** They are answered 503. */
        REJECT
    }

    /** How long a sender waits at most for Kafka's acknowledgement. */
    public Duration ackTimeout() {
        return publisher.ackTimeout();
    }

    public static IngressSettings from(SettingsReader settings) {
        ServiceSettings service = ServiceSettings.from(settings, SERVICE, DEFAULT_MANAGEMENT_PORT);
        CatalogueSettings catalogue = CatalogueConfiguration.read(settings);
        return new IngressSettings(
                service,
                catalogue,
                WebhookRules.from(settings, catalogue),
                settings.text("INGRESS_HOST", "0.0.0.0"),
                settings.integer("INGRESS_PORT", 8000, 0, 65535),
                settings.flag("WEBHOOK_ENABLED", true),
                settings.choice("WEBHOOK_AUTH", AuthMode.class, AuthMode.BOTH),
                settings.secrets("WEBHOOK_SECRET", MIN_SECRET_LENGTH),
                settings.seconds("WEBHOOK_EVENT_TTL", 3600, 1, 2_592_000),
                settings.integer("WEBHOOK_MAX_BODY_BYTES", MIB, 1024, 2 * MIB),
                new Limits(
                        settings.millis("WEBHOOK_BODY_TIMEOUT_MS", 10_000, 100, 600_000),
                        settings.integer("WEBHOOK_MAX_BODIES_BYTES", 32 * MIB, 4 * MIB, 1024 * MIB),
                        settings.millis("INGRESS_IDLE_TIMEOUT_MS", 75_000, 100, 600_000),
                        settings.millis("INGRESS_HEAD_TIMEOUT_MS", 30_000, 100, 600_000),
                        settings.millis("INGRESS_RESPONSE_TIMEOUT_MS", 10_000, 100, 600_000),
                        settings.integer("INGRESS_MAX_CONNECTIONS", 4096, 16, 65_536)),
                settings.integer("WEBHOOK_MAX_RECORDS", 10_000, 1, 100_000),
                settings.integer("WEBHOOK_MAX_EVENT_BYTES", 8 * MIB, 4 * MIB, 64 * MIB),
                PublisherSettings.from(settings),
                settings.integer("WEBHOOK_MAX_QUEUE_SIZE", 10_000, 1, Integer.MAX_VALUE),
                settings.choice("WEBHOOK_OVERFLOW", Overflow.class, Overflow.BUFFER));
    }
}
