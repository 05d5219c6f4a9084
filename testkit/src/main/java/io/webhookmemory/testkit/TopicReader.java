package io.webhookmemory.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads topics from their beginning, committed records only. Not thread-safe. */
public final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final String bootstrapServers;
    private final KafkaConsumer<String, byte[]> consumer;
    private final List<ConsumerRecord<String, byte[]>> read = new ArrayList<>();

    public TopicReader(String bootstrapServers, String... topics) {
        this.bootstrapServers = bootstrapServers;
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        "topic-reader-" + UUID.randomUUID(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = Arrays.stream(topics)
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /**
     * Reads on until all read so far satisfies the condition.
     *
     * @return all read since the beginning
     * @throws AssertionError where it does not within the limit
     */
    public List<ConsumerRecord<String, byte[]>> until(
            Duration limit, Predicate<List<ConsumerRecord<String, byte[]>>> condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.test(read)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not so within " + limit + "; read " + read.size() + " records");
            }
            consumer.poll(POLL).forEach(read::add);
        }
        return List.copyOf(read);
    }

    /**
     * Reads to the end as it is now, behind which no transaction is open: a commit returns before its records can be
     * read, so a transaction that is still open is waited for.
     *
     * @return all read since the beginning
     */
    public List<ConsumerRecord<String, byte[]>> toEnd(Duration limit) {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            return upTo(TopicEnds.of(admin, consumer.assignment()), limit);
        }
    }

    /**
     * Reads what can be read now. Records of a transaction that is open, or was committed a moment ago, may be missing,
     * and those behind them.
     *
     * @return all read since the beginning
     */
    public List<ConsumerRecord<String, byte[]>> toFirstOpenTransaction(Duration limit) {
        return upTo(consumer.endOffsets(consumer.assignment()), limit);
    }

    // An empty poll is not the end: it may have met transaction markers only, so the positions decide.
    private List<ConsumerRecord<String, byte[]>> upTo(Map<TopicPartition, Long> ends, Duration limit) {
        return until(
                limit,
                records -> ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue()));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
