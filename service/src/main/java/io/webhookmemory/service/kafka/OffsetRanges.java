package io.webhookmemory.service.kafka;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Finds the offsets of a time range in a topic. */
public final class OffsetRanges {
    private OffsetRanges() {}

    /**
     * From the first record that is not older, to the present end of each partition. Records may be out of time order:
     * older ones may follow the first, but no matching record precedes it.
     *
     * <p>The method assigns the topic's partitions to the consumer, replacing its assignment: for offset queries about
     * unassigned partitions, the Kafka client logs a warning each.
     */
    public static Map<TopicPartition, OffsetRange> since(
            KafkaConsumer<?, ?> consumer, String topic, Optional<Instant> since) {
        return since(consumer, Clients.partitions(consumer, topic), since);
    }

    /** As {@link #since(KafkaConsumer, String, Optional)}, of some partitions of any topics. */
    public static Map<TopicPartition, OffsetRange> since(
            KafkaConsumer<?, ?> consumer, Collection<TopicPartition> partitions, Optional<Instant> since) {
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> begins = new HashMap<>(consumer.beginningOffsets(partitions));
        since.ifPresent(time -> {
            Map<TopicPartition, Long> times = new HashMap<>();
            partitions.forEach(partition -> times.put(partition, time.toEpochMilli()));
            consumer.offsetsForTimes(times)
                    .forEach((partition, found) ->
                            begins.put(partition, found == null ? ends.get(partition) : found.offset()));
        });
        Map<TopicPartition, OffsetRange> ranges = new HashMap<>();
        partitions.forEach(
                partition -> ranges.put(partition, new OffsetRange(begins.get(partition), ends.get(partition))));
        return ranges;
    }
}
