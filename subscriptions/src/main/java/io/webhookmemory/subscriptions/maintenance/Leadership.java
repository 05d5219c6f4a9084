package io.webhookmemory.subscriptions.maintenance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.json.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of several instances does a duty: the one to which Kafka gives the first partition of a topic. Nothing is read
 * from it. While Kafka is away, the one that led goes on until it is told otherwise. For one thread, but for {@link
 * #wakeup}.
 */
final class Leadership implements AutoCloseable {
    private static final String GROUP = Topics.SUBSCRIPTIONS_GROUP;
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final TopicPartition LEADER_PARTITION = new TopicPartition(Topics.WEBHOOKS, 0);
    /** A look at the channels may wait for a Zoho that does not answer, call after call. */
    private static final Duration LONGEST_CHECK = Duration.ofMinutes(30);

    private final KafkaConsumer<byte[], byte[]> consumer;

    Leadership(KafkaSettings kafka, String instance) {
        consumer = new KafkaConsumer<>(
                kafka.forConsumer(Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        GROUP,
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        GROUP + "-" + instance,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "latest",
                        ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                        Math.toIntExact(LONGEST_CHECK.toMillis()))),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(LEADER_PARTITION.topic()), new Idle());
    }

    /** Waits so long at most; true where this instance leads. */
    boolean holdsAfter(Duration wait) {
        try {
            consumer.poll(wait);
        } catch (WakeupException e) {
            return false;
        }
        return consumer.assignment().contains(LEADER_PARTITION);
    }

    /**
     * What was kept last by whoever led: it is in the group's committed offset, so that only the one that leads can keep
     * it, and it goes when the group has had no member for as long as the broker keeps offsets (7 days by default).
     */
    Map<String, Instant> kept() {
        OffsetAndMetadata committed =
                consumer.committed(Set.of(LEADER_PARTITION)).get(LEADER_PARTITION);
        Map<String, Instant> kept = new TreeMap<>();
        if (committed != null && !committed.metadata().isEmpty()) {
            try {
                Json.MAPPER
                        .readTree(committed.metadata())
                        .properties()
                        .forEach(entry -> kept.put(
                                entry.getKey(), Instant.parse(entry.getValue().asText())));
            } catch (JsonProcessingException | DateTimeException e) {
                LOG.atWarn().log("what was kept of the sweep cannot be read");
            }
        }
        return kept;
    }

    /** @throws org.apache.kafka.common.KafkaException where it could not be kept, such as because another leads by now */
    void keep(Map<String, Instant> times) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        times.forEach((name, time) -> json.put(name, time.toString()));
        // The end of the partition, so that the group shows no lag.
        long end = consumer.endOffsets(Set.of(LEADER_PARTITION)).get(LEADER_PARTITION);
        consumer.commitSync(Map.of(LEADER_PARTITION, new OffsetAndMetadata(end, json.toString())));
    }

    /** Ends a wait from another thread. */
    void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }

    /** What is assigned is not fetched. */
    private final class Idle implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            consumer.pause(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // The assignment says it all.
        }
    }
}
