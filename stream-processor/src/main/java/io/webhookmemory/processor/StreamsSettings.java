package io.webhookmemory.processor;

import io.webhookmemory.topics.catalogue.Topics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** How the topology is run: the options of Kafka Streams. */
final class StreamsSettings {
    private StreamsSettings() {}

    static Properties properties(ProcessorSettings settings) {
        Map<String, Object> required = new HashMap<>();
        required.put(StreamsConfig.APPLICATION_ID_CONFIG, Topics.PROCESSOR_GROUP);
        required.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        required.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
        required.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        required.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbyReplicas());
        required.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.commitInterval().toMillis());
        required.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
                settings.service().instance());
        required.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        required.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        // A whole record may be larger than the webhook that last changed it; the topics allow 3 MiB.
        required.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), 3 * 1024 * 1024);

        Properties properties = new Properties();
        properties.putAll(settings.service().kafka().merge(clientOptions(), required));
        return properties;
    }

    private static Set<String> clientOptions() {
        Set<String> names = new HashSet<>(StreamsConfig.configDef().names());
        names.addAll(AdminClientConfig.configNames());
        names.addAll(ConsumerConfig.configNames());
        names.addAll(ProducerConfig.configNames());
        return names;
    }
}
