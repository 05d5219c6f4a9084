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
     * In whose name a write is made.
     *
     * @param member as it was when the partition was assigned to it
     * @param position up to which its partition is done; committed with the write, as Kafka checks the member with it
     */
    record Fence(ConsumerGroupMetadata member, TopicPartition partition, Supplier<OffsetAndMetadata> position) {}

    /**
     * Writes all of the records or none; blocks until they are committed. While Kafka is away, it waits. A read_committed
     * consumer sees them a moment later: Kafka writes the transaction's markers after it has answered.
     *
     * @throws LeaseLostException if the group no longer has this member; none of the records is visible to a read_committed
     *     consumer then
     * @throws org.apache.kafka.common.KafkaException if Kafka refuses the records, whoever writes them (too large, no right
     *     to write), or if this process is stopping; in the latter case they may have been written
     */
    void write(List<ProducerRecord<String, byte[]>> records, Fence fence);
}
