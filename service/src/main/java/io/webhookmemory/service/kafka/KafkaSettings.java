package io.webhookmemory.service.kafka;

import io.webhookmemory.service.config.SettingsReader;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How clients connect to Kafka. {@code KAFKA_SOME_OPTION} sets {@code some.option} of every client that knows it, so
 * that SASL, TLS and tuning need no code. Options that correctness depends on (acks, isolation level, offset commits)
 * override these.
 *
 * @param bootstrapServers host:port pairs, comma-separated
 * @param options client options by Kafka's names; may hold secrets, so {@link #toString()} prints names only
 */
public record KafkaSettings(String bootstrapServers, Map<String, String> options) {
    private static final String PREFIX = "KAFKA_";

    /**
     * Prometheus reads the clients' metrics. By default each client also keeps them as JMX beans and prepares to push
     * them to brokers, which costs memory and start-up time without a use.
     */
    private static final Map<String, Object> QUIET = Map.of(
            CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG,
            "",
            CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG,
            false);

    public KafkaSettings {
        options = Map.copyOf(options);
    }

    public static KafkaSettings from(SettingsReader settings) {
        String servers = settings.text("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092");
        Map<String, String> options = new HashMap<>();
        settings.environment().variables().forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !value.isBlank()) {
                options.put(
                        name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.'), value.strip());
            }
        });
        options.remove(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
        return new KafkaSettings(servers, options);
    }

    public Map<String, Object> forAdmin(Map<String, ?> required) {
        return merge(AdminClientConfig.configNames(), required);
    }

    public Map<String, Object> forProducer(Map<String, ?> required) {
        return merge(ProducerConfig.configNames(), required);
    }

    public Map<String, Object> forConsumer(Map<String, ?> required) {
        return merge(ConsumerConfig.configNames(), required);
    }

    /** Options for a client whose option names the caller knows, such as Kafka Streams. */
    public Map<String, Object> merge(Set<String> knownNames, Map<String, ?> required) {
        Map<String, Object> merged = new HashMap<>(QUIET);
        options.forEach((name, value) -> {
            if (knownNames.contains(name)) {
                merged.put(name, value);
            }
        });
        merged.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        merged.putAll(required);
        return merged;
    }

    @Override
    public String toString() {
        return "KafkaSettings[" + bootstrapServers + ", options " + options.keySet() + "]";
    }
}
