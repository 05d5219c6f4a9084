package io.webhookmemory.quickstart;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.net.FreePort;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which parts of the pipeline start here and on which ports; configured external parts replace them.
 *
 * @param kafkaPort of the embedded broker; 0 for none, if {@code KAFKA_BOOTSTRAP_SERVERS} is set
 * @param redisPort of the embedded Redis; 0 for none, if {@code REDIS_HOST} is set
 * @param cogneePort of the Cognee double; 0 for none, if {@code COGNEE_URL} is set
 * @param withZoho whether Zoho's credentials are set, so that the subscriptions service runs too
 * @param services the variables of the services
 */
record LocalSettings(int kafkaPort, int redisPort, int cogneePort, boolean withZoho, Environment services) {
    private static final int SECRET_BYTES = 32;

    /** @throws io.webhookmemory.service.config.InvalidSettingsException also if a port is in use */
    static LocalSettings from(Environment environment) {
        SettingsReader settings = new SettingsReader(environment);
        Ports ports = new Ports(settings);
        Map<String, String> variables = new HashMap<>();

        int kafka = ports.forPart("KAFKA_BOOTSTRAP_SERVERS", "EMBEDDED_KAFKA_PORT", 9092, "Kafka");
        if (kafka != 0) {
            variables.put("KAFKA_BOOTSTRAP_SERVERS", "localhost:" + kafka);
        }
        int redis = ports.forPart("REDIS_HOST", "REDIS_PORT", 6379, "Redis");
        if (redis != 0) {
            variables.put("REDIS_HOST", "localhost");
            variables.put("REDIS_PORT", String.valueOf(redis));
        }
        int cognee = ports.forPart("COGNEE_URL", "EMBEDDED_COGNEE_PORT", 8001, "the Cognee double");
        if (cognee != 0) {
            variables.put("COGNEE_URL", "http://localhost:" + cognee);
        }
        ports.forService(variables, "INGRESS_PORT", 8000, "webhooks");
        ports.forService(variables, "INGRESS_MANAGEMENT_PORT", 9101, "the ingress's metrics");
        ports.forService(variables, "STREAM_PROCESSOR_MANAGEMENT_PORT", 9102, "the stream-processor's metrics");
        ports.forService(variables, "MEMORY_SINK_MANAGEMENT_PORT", 9103, "the memory-sink's metrics");
        boolean withZoho = settings.optional("ZOHO_CLIENT_ID").isPresent();
        if (withZoho) {
            ports.forService(variables, "SUBSCRIPTIONS_MANAGEMENT_PORT", 9104, "the subscriptions service's metrics");
        }
        ports.forService(variables, "CONSOLE_PORT", 8090, "the console");
        ports.forService(variables, "CONSOLE_MANAGEMENT_PORT", 9105, "the console's metrics");
        variables.put("CONSOLE_SERVICES", settings.text("CONSOLE_SERVICES", services(variables)));
        variables.put("CONSOLE_WRITE", settings.text("CONSOLE_WRITE", "true"));
        for (String service : List.of("INGRESS", "STREAM_PROCESSOR", "MEMORY_SINK", "SUBSCRIPTIONS", "CONSOLE")) {
            // On a developer's machine no other machine needs to reach them.
            String host = service + "_MANAGEMENT_HOST";
            variables.put(host, settings.text(host, "localhost"));
        }
        if (settings.optional("WEBHOOK_SECRET").isEmpty()) {
            variables.put("WEBHOOK_SECRET", newSecret());
        }
        ports.finish();
        settings.finish();
        return new LocalSettings(kafka, redis, cognee, withZoho, environment.with(variables));
    }

    /** What the console watches: the services that have a port here. */
    private static String services(Map<String, String> variables) {
        return Stream.of("ingress", "stream-processor", "memory-sink", "subscriptions")
                .filter(service -> variables.containsKey(portVariable(service)))
                .map(service -> service + "=http://localhost:" + variables.get(portVariable(service)))
                .collect(Collectors.joining(","));
    }

    private static String portVariable(String service) {
        return service.toUpperCase(Locale.ROOT).replace('-', '_') + "_MANAGEMENT_PORT";
    }

    private static String newSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Assigns ports; port 0 in a variable means any free one. */
    private static final class Ports {
        private final SettingsReader settings;
        private final List<String> taken = new ArrayList<>();

        Ports(SettingsReader settings) {
            this.settings = settings;
        }

        int forPart(String outsideVariable, String portVariable, int defaultPort, String part) {
            return settings.optional(outsideVariable).isPresent() ? 0 : port(portVariable, defaultPort, part);
        }

        void forService(Map<String, String> variables, String portVariable, int defaultPort, String part) {
            variables.put(portVariable, String.valueOf(port(portVariable, defaultPort, part)));
        }

        private int port(String variable, int defaultPort, String part) {
            int port = settings.integer(variable, defaultPort, 0, 65535);
            if (port == 0) {
                return FreePort.any();
            }
            if (!FreePort.isFree(port)) {
                String hint =
                        part.equals("Redis") ? " (a quick start that was killed leaves its redis-server running)" : "";
                taken.add("port " + port + " for " + part + " is taken" + hint + "; free it or set " + variable
                        + " to another (0 for any)");
            }
            return port;
        }

        void finish() {
            taken.forEach(settings::problem);
        }
    }
}
