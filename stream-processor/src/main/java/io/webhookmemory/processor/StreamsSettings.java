package io.webhookmemory.processor;

import io.webhookmemory.processor.store.BoundedRocksDb;
import io.webhookmemory.processor.store.RocksDbMemory;
import io.webhookmemory.processor.topology.DeserializationFailures;
import io.webhookmemory.processor.topology.ProcessingFailures;
import io.webhookmemory.processor.topology.ProcessorMetrics;
import io.webhookmemory.processor.topology.ProductionFailures;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.Topics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The options of Kafka Streams with which the topology runs. */
public final class StreamsSettings {
    private static final int RESTORE_FETCH_WAIT_MILLIS = 50;

    private StreamsSettings() {}

    /**
     * All options.
     *
     * @param metrics for the failure handlers
     * @param memory for the state stores
     * @param durability of the stores' changelogs
     */
    public static Properties properties(
            ProcessorSettings settings, ProcessorMetrics metrics, RocksDbMemory memory, Durability durability) {
        Map<String, Object> required = new HashMap<>();
        required.put(StreamsConfig.APPLICATION_ID_CONFIG, Topics.PROCESSOR_GROUP);
        required.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        required.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        required.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.commitPace().intervalBehind().toMillis());
        // The order between webhooks and links does not matter: do not wait for records of the other topic.
        required.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        putState(required, settings, memory, durability);
        putFailures(required, metrics);
        putClients(required, settings);

        Properties properties = new Properties();
        properties.putAll(settings.service().kafka().merge(clientOptions(), required));
        return properties;
    }

    private static void putState(
            Map<String, Object> options, ProcessorSettings settings, RocksDbMemory memory, Durability durability) {
        options.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
        options.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbyReplicas());
        options.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, durability.replicationFactor());
        options.put(
                StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG),
                String.valueOf(durability.minInsyncReplicas()));
        options.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        options.put(RocksDbMemory.CONFIG, memory);
    }

    private static void putFailures(Map<String, Object> options, ProcessorMetrics metrics) {
        options.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, ProcessingFailures.class);
        options.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeserializationFailures.class);
        options.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, ProductionFailures.class);
        options.put(ProcessorMetrics.CONFIG, metrics);
    }

    private static void putClients(Map<String, Object> options, ProcessorSettings settings) {
        // Static membership: a restart within the session timeout moves no partition.
        options.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
                settings.service().instance());
        options.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        // A fetch that waits at the end of a changelog delays all other requests on its connection, such as those for
        // the offsets of the stores to restore next; by default half a second each time.
        options.put(
                StreamsConfig.restoreConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG),
                RESTORE_FETCH_WAIT_MILLIS);
        options.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        // A whole record may be larger than the webhook that last changed it.
        options.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), TopicCatalogue.MAX_MESSAGE_BYTES);
    }

    private static Set<String> clientOptions() {
        Set<String> names = new HashSet<>(StreamsConfig.configDef().names());
        names.addAll(AdminClientConfig.configNames());
        names.addAll(ConsumerConfig.configNames());
        names.addAll(ProducerConfig.configNames());
        return names;
    }
}
