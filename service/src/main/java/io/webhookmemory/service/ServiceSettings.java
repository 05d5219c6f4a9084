package io.webhookmemory.service;

import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.redis.RedisSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;

/**
 * The settings that every service has.
 *
 * @param name the service's name, as in health keys and metrics
 * @param instance distinguishes instances of one service; {@code INSTANCE_ID}, by default the host name
 * @param managementHost the address that the management port is bound to
 * @param managementPort 0 for any free port
 * @param shutdownTimeout how long work in flight may take to finish after SIGTERM
 */
public record ServiceSettings(
        String name,
        String instance,
        String managementHost,
        int managementPort,
        Duration shutdownTimeout,
        KafkaSettings kafka,
        RedisSettings redis) {

    /** @param name also determines variable names: {@code memory-sink} reads {@code MEMORY_SINK_MANAGEMENT_PORT} */
    public static ServiceSettings from(SettingsReader settings, String name, int defaultManagementPort) {
        String prefix = name.toUpperCase(Locale.ROOT).replace('-', '_');
        return new ServiceSettings(
                name,
                settings.text("INSTANCE_ID", hostName()),
                settings.text(prefix + "_MANAGEMENT_HOST", "0.0.0.0"),
                settings.integer(prefix + "_MANAGEMENT_PORT", defaultManagementPort, 0, 65535),
                settings.seconds("SHUTDOWN_TIMEOUT", 25, 1, 3600),
                KafkaSettings.from(settings),
                RedisSettings.from(settings));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "local";
        }
    }
}
