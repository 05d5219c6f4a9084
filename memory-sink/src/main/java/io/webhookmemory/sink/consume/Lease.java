package io.webhookmemory.sink.consume;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The right to work on one record, valid while this process owns the record's partition. A process that was frozen or
 * disconnected may have lost the partition without noticing; therefore the right is checked before each call that
 * changes memory, and Kafka checks it again for each write. Thread-safe.
 */
public interface Lease {

    /**
     * Checks the right to start a call that changes memory.
     *
     * @param callTimeout the longest duration of the call
     * @throws LeaseLostException if the partition was taken away, or another member could own it before a call that
     *     starts now ends
     */
    void require(Duration callTimeout);

    /**
     * Writes the records in one transaction that commits only while this process is the group member to which the
     * partition was assigned (KIP-447); blocks until it is committed, and waits while Kafka is unavailable.
     *
     * @throws LeaseLostException if another member may have taken over; then none of the records is visible to a
     *     read_committed consumer
     */
    void write(List<ProducerRecord<String, byte[]>> records);
}
