package io.webhookmemory.service.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Clients with short time limits. Consumers read raw bytes and committed records only, and never commit by themselves.
 */
public final class Clients {
    /** The limit of one call to a reachable Kafka; long enough for a machine that is still loading classes. */
    public static final Duration ADMIN_LIMIT = Duration.ofSeconds(30);

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int MAX_POLL_RECORDS = 2_000;
    /** A reader that has read all but a transaction's marker waits this long for it: by default half a second. */
    private static final int FETCH_WAIT_MILLIS = 50;

    private Clients() {}

    /** A consumer with manual partition assignment. */
    public static KafkaConsumer<byte[], byte[]> consumer(KafkaSettings kafka) {
        return consumer(kafka, Map.of());
    }

    /** A consumer whose position is stored in a group and committed only by a producer's transactions. */
    public static KafkaConsumer<byte[], byte[]> consumer(KafkaSettings kafka, String group) {
        return consumer(kafka, Map.of(ConsumerConfig.GROUP_ID_CONFIG, group));
    }

    private static KafkaConsumer<byte[], byte[]> consumer(KafkaSettings kafka, Map<String, ?> further) {
        Map<String, Object> required = new HashMap<>(further);
        required.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        required.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        required.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        required.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        required.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        required.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS);
        required.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        required.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        return new KafkaConsumer<>(
                kafka.forConsumer(required), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * An admin client whose calls time out after {@link #ADMIN_LIMIT}.
     *
     * @throws org.apache.kafka.common.KafkaException if the settings are not valid for a client
     */
    public static Admin admin(KafkaSettings kafka) {
        return admin(kafka, ADMIN_LIMIT);
    }

    /** @param limit of one call */
    static Admin admin(KafkaSettings kafka, Duration limit) {
        int millis = (int) limit.toMillis();
        return Admin.create(kafka.forAdmin(Map.of(
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                millis,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                millis)));
    }

    /** @throws UnknownTopicOrPartitionException if there is no such topic */
    public static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            throw new UnknownTopicOrPartitionException(topic);
        }
        return partitions.stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }
}
