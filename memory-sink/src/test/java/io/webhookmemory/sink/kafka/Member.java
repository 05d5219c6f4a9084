package io.webhookmemory.sink.kafka;

import io.webhookmemory.sink.consume.FencedWrites.Fence;
import io.webhookmemory.sink.consume.FencedWrites.Position;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;

/** A member of a group, as the sink's poller is one. */
final class Member implements AutoCloseable {
    static final String GROUP = "fenced";
    /** Of these tests alone, and empty. */
    static final TopicPartition PARTITION = new TopicPartition("fenced.events", 0);

    private final KafkaConsumer<String, byte[]> consumer;

    private Member(KafkaConsumer<String, byte[]> consumer) {
        this.consumer = consumer;
    }

    /** Joins the group and has partitions. */
    static Member join(String bootstrapServers, String instance) {
        KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.GROUP_ID_CONFIG,
                        GROUP,
                        ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                        instance,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(PARTITION.topic()));
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
            consumer.poll(Duration.ofMillis(100));
            return !consumer.assignment().isEmpty();
        });
        return new Member(consumer);
    }

    Fence fence() {
        return new Fence(consumer.groupMetadata(), PARTITION, new Position() {
            @Override
            public OffsetAndMetadata after(Set<Long> finished) {
                return new OffsetAndMetadata(0);
            }

            @Override
            public void finished(Set<Long> offsets) {}
        });
    }

    /** Where the group has come to, which Kafka says when no open transaction may change it. */
    long position() {
        return consumer.position(PARTITION);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
