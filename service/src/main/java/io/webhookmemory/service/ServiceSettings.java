package io.webhookmemory.service;

import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.redis.RedisSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;

/**
 * What every service is configured with.
 *
 * @param name the service's name, as in health keys and metrics
 * @param instance tells instances of one service apart; the host name unless {@code INSTANCE_ID} says otherwise
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

    /** @param name also gives the names of variables: {@code memory-sink} reads {@code MEMORY_SINK_MANAGEMENT_PORT} */
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
