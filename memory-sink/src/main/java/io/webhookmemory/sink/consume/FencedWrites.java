package io.webhookmemory.sink.consume;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Writes to Kafka that only the group's present member can make. Thread-safe. */
@FunctionalInterface
public interface FencedWrites {
    /** Up to where a partition is finished; committed with each write, because Kafka checks the member with it. Thread-safe. */
    interface Position {
        /**
         * The position to commit.
         *
         * @param finished offsets of the records that are finished once the write is committed
         */
        OffsetAndMetadata after(Set<Long> finished);

        /** Called when the write is committed, before the next position is asked for. */
        void finished(Set<Long> offsets);
    }

    /**
     * On whose behalf a write is made.
     *
     * @param member as it was when the partition was assigned to it
     */
    record Fence(ConsumerGroupMetadata member, TopicPartition partition, Position position) {}

    /**
     * Records that are all written or none.
     *
     * @param finishes offsets of the records of the fence's partition that are finished with this write
     */
    record Write(List<ProducerRecord<String, byte[]>> records, Fence fence, Set<Long> finishes) {
        public Write {
            records = List.copyOf(records);
        }
    }

    /**
     * Makes the writes, in as few transactions as possible; blocks until they are committed, and waits while Kafka is
     * unavailable. A read_committed consumer sees them a moment later, because Kafka writes a transaction's markers after its
     * response.
     *
     * @return for each write, in order, why it was not made; empty if it was. A {@link LeaseLostException} if the member is
     *     no longer in the group; then none of the records is visible to a read_committed consumer. A {@link
     *     org.apache.kafka.common.KafkaException} if Kafka refuses the records whichever member writes them (too large, no
     *     right to write), or if this process is stopping; in the latter case they may have been written
     */
    List<Optional<RuntimeException>> write(List<Write> writes);

    /** Makes one write, and throws why it was not made. */
    default void write(Write write) {
        write(List.of(write)).get(0).ifPresent(failure -> {
            throw failure;
        });
    }
}
