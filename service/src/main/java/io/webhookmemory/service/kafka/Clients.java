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

/** Clients that give up soon. Consumers take bytes as they are, committed records only; no group moves by itself. */
public final class Clients {
    /** Of one call to a Kafka that is known to answer: enough for a machine that is busy loading classes meanwhile. */
    public static final Duration ADMIN_LIMIT = Duration.ofSeconds(30);

    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int MAX_POLL_RECORDS = 2_000;

    private Clients() {}

    /** A consumer to which partitions are assigned by hand. */
    public static KafkaConsumer<byte[], byte[]> consumer(KafkaSettings kafka) {
        return consumer(kafka, Map.of());
    }

    /** A consumer whose position is kept in a group, and committed by a producer's transactions only. */
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
        required.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        required.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        return new KafkaConsumer<>(
                kafka.forConsumer(required), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * An admin client whose calls give up after {@link #ADMIN_LIMIT}.
     *
     * @throws org.apache.kafka.common.KafkaException where the settings are none that a client can be made with
     */
    public static Admin admin(KafkaSettings kafka) {
        return admin(kafka, ADMIN_LIMIT);
    }

    /** @param limit of a call */
    static Admin admin(KafkaSettings kafka, Duration limit) {
        int millis = (int) limit.toMillis();
        return Admin.create(kafka.forAdmin(Map.of(
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                millis,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                millis)));
    }

    /** @throws UnknownTopicOrPartitionException where there is no such topic */
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
