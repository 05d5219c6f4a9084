package io.webhookmemory.sink.memory;

import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads partitions of the directory topic into the {@link RecordDirectory} when they are assigned to this process.
 * Keeps its clients between assignments. Not thread-safe: only the polling thread uses it, including {@link #close}.
 */
public final class DirectoryReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryReader.class);
    private static final Duration POLL = Duration.ofMillis(100);

    private final RecordDirectory directory;
    private final Admin admin;
    private final KafkaConsumer<String, byte[]> consumer;

    public DirectoryReader(KafkaSettings kafka, RecordDirectory directory) {
        this.directory = directory;
        this.admin = Admin.create(kafka.forAdmin(Map.of()));
        this.consumer = new KafkaConsumer<>(
                kafka.forConsumer(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest")),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    /**
     * Reads the partitions with these numbers, to their end at this moment; blocks. Records of transactions that are
     * open at this moment count, because the previous owner's may still commit if Kafka has already checked its
     * membership. So the end is that of the log, and reading waits for the end of such a transaction, at most its
     * timeout.
     *
     * <p>Call it after the positions of the group's partitions are known (fetching the committed offsets waits for
     * transactions that have checked their membership): then nothing that the previous owner writes is missed.
     *
     * @param numbers all topics of the pipeline have the same partitions
     * @throws KafkaException if Kafka did not respond in time
     */
    public void read(Collection<Integer> numbers) {
        directory.partitions(consumer.partitionsFor(Topics.DIRECTORY).size());
        directory.drop(numbers);
        if (numbers.isEmpty()) {
            return;
        }
        List<TopicPartition> partitions = numbers.stream()
                .map(number -> new TopicPartition(Topics.DIRECTORY, number))
                .toList();
        Map<TopicPartition, Long> ends = ends(partitions);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        try {
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(POLL).forEach(this::take);
            }
        } finally {
            consumer.assign(List.of());
        }
    }

    /** The end of the log, not the last committed record, which a read_committed consumer would return. */
    private Map<TopicPartition, Long> ends(List<TopicPartition> partitions) {
        try {
            return admin
                    .listOffsets(partitions.stream()
                            .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest())))
                    .all()
                    .get()
                    .entrySet()
                    .stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, end -> end.getValue().offset()));
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw new KafkaException("the end of the directory is unknown", e.getCause());
        }
    }

    private void take(ConsumerRecord<String, byte[]> message) {
        try {
            directory.put(message.key(), DirectoryRecords.read(message));
        } catch (SerializationException e) {
            LOG.atWarn()
                    .addKeyValue("partition", message.partition())
                    .addKeyValue("offset", message.offset())
                    .log("unreadable directory entry: the record counts as unknown");
            directory.put(message.key(), Known.NOTHING);
        }
    }

    @Override
    public void close() {
        consumer.close();
        admin.close(Duration.ofSeconds(1));
    }
}
