package io.webhookmemory.sink;

import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.sink.sync.Tombstones;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads back from the directory which records were deleted, before any of their events is touched: an event that failed
 * before its record's deletion may still wait in a retry topic, whoever did the deletion and died since.
 */
final class DeletionReader {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaSettings kafka;
    private final Tombstones tombstones;

    DeletionReader(KafkaSettings kafka, Tombstones tombstones) {
        this.kafka = kafka;
        this.tombstones = tombstones;
    }

    /** Reads the directory's partitions of these numbers to their present end; all topics share their partitioning. */
    void read(Collection<Integer> partitionNumbers) {
        List<TopicPartition> partitions = partitionNumbers.stream()
                .map(number -> new TopicPartition(Topics.DIRECTORY, number))
                .toList();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                kafka.forConsumer(Map.of(
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest")),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(POLL).forEach(this::note);
            }
        }
    }

    private void note(ConsumerRecord<String, byte[]> entry) {
        if (entry.value() == null) {
            Headers.get(entry.headers(), Headers.CE_TIME)
                    .map(Instant::parse)
                    .ifPresent(time -> tombstones.put(entry.key(), time));
        } else {
            tombstones.remove(entry.key());
        }
    }
}
