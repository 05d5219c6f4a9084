package io.webhookmemory.sink.consume;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The right to work on one record: it lasts while this process owns the record's partition. A process that was frozen or cut
 * off may have lost the partition without knowing; therefore the right is checked before each call that changes memory, and
 * Kafka checks it again for each write. Thread-safe.
 */
public interface Lease {

    /**
     * Checks the right to start a call that changes memory.
     *
     * @param callTimeout how long the call may take at most
     * @throws LeaseLostException if the partition has been taken away, or another member could get it before a call that
     *     starts now has ended
     */
    void require(Duration callTimeout);

    /**
     * Writes the records in one transaction that commits only while this process is the member of the group that the
     * partition was assigned to (KIP-447); blocks until it is committed. While Kafka is away, it waits.
     *
     * @throws LeaseLostException if another member may have taken over; none of the records is visible to a read_committed
     *     consumer then
     */
    void write(List<ProducerRecord<String, byte[]>> records);
}
