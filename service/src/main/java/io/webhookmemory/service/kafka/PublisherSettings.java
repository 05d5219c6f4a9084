package io.webhookmemory.service.kafka;

import io.webhookmemory.service.config.SettingsReader;
import java.time.Duration;

/**
 * How events are written to {@code zoho.webhooks}.
 *
 * @param ackTimeout limit for Kafka's acknowledgement
 * @param maxInFlightBytes limit of unacknowledged records; further ones are refused
 */
public record PublisherSettings(KafkaSettings kafka, Duration ackTimeout, int maxInFlightBytes) {
    private static final int MIB = 1024 * 1024;

    public static PublisherSettings from(SettingsReader settings) {
        return new PublisherSettings(
                KafkaSettings.from(settings),
                settings.millis("WEBHOOK_ACK_TIMEOUT_MS", 5000, 100, 60_000),
                settings.integer("WEBHOOK_MAX_IN_FLIGHT_BYTES", 16 * MIB, 4 * MIB, 1024 * MIB));
    }
}
