package io.webhookmemory.sink.consume;

import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Writes to Kafka that only the group's present member can make. Thread-safe. */
@FunctionalInterface
public interface FencedWrites {
    /**
     * On whose behalf a write is made.
     *
     * @param member as it was when the partition was assigned to it
     * @param position up to which its partition is finished; committed with the write, because Kafka checks the member
     *     with it
     */
    record Fence(ConsumerGroupMetadata member, TopicPartition partition, Supplier<OffsetAndMetadata> position) {}

    /**
     * Writes all of the records or none; blocks until they are committed, and waits while Kafka is unavailable. A
     * read_committed consumer sees them a moment later, because Kafka writes the transaction's markers after its
     * response.
     *
     * @throws LeaseLostException if the member is no longer in the group; then none of the records is visible to a
     *     read_committed consumer
     * @throws org.apache.kafka.common.KafkaException if Kafka refuses the records whichever member writes them (too
     *     large, no right to write), or if this process is stopping; in the latter case they may have been written
     */
    void write(List<ProducerRecord<String, byte[]>> records, Fence fence);
}
