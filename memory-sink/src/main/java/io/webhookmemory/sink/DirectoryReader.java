package io.webhookmemory.sink;

import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.sink.sync.RecordLedger;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.JsonSerde;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the directory back into the ledger before any event of its records is touched: an event that failed before its
 * record's deletion or move may still wait in a retry topic, whoever did that and died since.
 */
final class DirectoryReader {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryReader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final JsonSerde<DirectoryEntry> ENTRIES = JsonSerde.directoryEntry();

    private final KafkaSettings kafka;
    private final RecordLedger ledger;

    DirectoryReader(KafkaSettings kafka, RecordLedger ledger) {
        this.kafka = kafka;
        this.ledger = ledger;
    }

    /** Reads the directory's partitions of these numbers to their present end; all topics share their partitioning. */
    void read(Collection<Integer> partitionNumbers) {
        if (partitionNumbers.isEmpty()) {
            return;
        }
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

    private void note(ConsumerRecord<String, byte[]> message) {
        try {
            if (message.value() == null) {
                Headers.get(message.headers(), Headers.CE_TIME)
                        .ifPresent(time -> ledger.deleted(message.key(), Instant.parse(time)));
            } else {
                DirectoryEntry entry = ENTRIES.fromBytes(message.value());
                if (entry != null) {
                    ledger.read(message.key(), entry);
                }
            }
        } catch (SerializationException | DateTimeException e) {
            // The directory is a hint: an entry that cannot be read is as good as none.
            LOG.atWarn()
                    .addKeyValue("partition", message.partition())
                    .addKeyValue("offset", message.offset())
                    .log("directory entry not understood");
        }
    }
}
