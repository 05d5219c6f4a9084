package io.webhookmemory.sink.consume;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A record that was handed out, and the lease on it. Call {@link #start()} before work on it starts. If it returns
 * true, call exactly one of {@link #done()} and {@link #release()} at the end, with any number of {@link #putBack()}
 * and {@code start()} in between. Thread-safe.
 */
public final class InFlightRecord implements Lease {
    private final ConsumerRecord<String, byte[]> message;
    private final OffsetTracker tracker;
    private final Membership membership;
    private final InFlightRecords inFlight;
    private final FencedWrites writer;

    InFlightRecord(
            ConsumerRecord<String, byte[]> message,
            OffsetTracker tracker,
            Membership membership,
            InFlightRecords inFlight,
            FencedWrites writer) {
        this.message = message;
        this.tracker = tracker;
        this.membership = membership;
        this.inFlight = inFlight;
        this.writer = writer;
    }

    public ConsumerRecord<String, byte[]> message() {
        return message;
    }

    /** Size of key and value. */
    public int bytes() {
        return Math.max(0, message.serializedKeySize()) + Math.max(0, message.serializedValueSize());
    }

    /** @return false if the partition was taken away; then the record needs no work and no further call */
    public boolean start() {
        boolean granted = tracker.start();
        if (!granted) {
            inFlight.remove(bytes());
        }
        return granted;
    }

    /** The record needs no more work. */
    public void done() {
        tracker.finish(message.offset());
        inFlight.remove(bytes());
    }

    /** Work ended without a result and will start again in this process, later. */
    public void putBack() {
        tracker.release();
    }

    /** Work ended because the lease was lost or the process stops; the record stays uncommitted and is read again. */
    public void release() {
        tracker.release();
        inFlight.remove(bytes());
    }

    /**
     * {@inheritDoc}
     *
     * <p>Blocks while ownership is uncertain, until the next offset commit that Kafka accepts or the loss of the
     * partition. An interrupt counts as a lost lease.
     *
     * @throws IllegalArgumentException if the call may take longer than the group's session timeout allows
     */
    @Override
    public void require(Duration callTimeout) {
        membership.require(callTimeout, tracker::isTakenAway);
    }

    /**
     * {@inheritDoc}
     *
     * @throws org.apache.kafka.common.KafkaException as {@link FencedWrites#write}
     */
    @Override
    public void write(List<ProducerRecord<String, byte[]>> records) {
        if (tracker.isTakenAway()) {
            throw new LeaseLostException("the partition was taken away");
        }
        TopicPartition partition = new TopicPartition(message.topic(), message.partition());
        writer.write(records, new FencedWrites.Fence(membership.group(), partition, tracker::toCommit));
    }

    /**
     * Writes records for several leases together; blocks like {@link #write}.
     *
     * @return the records whose lease is lost; nothing is written for them
     * @throws org.apache.kafka.common.KafkaException as {@link FencedWrites#write}
     */
    public static Set<InFlightRecord> writeTogether(Map<InFlightRecord, List<ProducerRecord<String, byte[]>>> records) {
        Set<InFlightRecord> lost = new HashSet<>();
        Map<Membership, List<InFlightRecord>> byMember = new LinkedHashMap<>();
        for (InFlightRecord record : records.keySet()) {
            if (record.tracker.isTakenAway()) {
                lost.add(record);
            } else {
                byMember.computeIfAbsent(record.membership, member -> new ArrayList<>())
                        .add(record);
            }
        }
        for (List<InFlightRecord> ofMember : byMember.values()) {
            try {
                ofMember.get(0)
                        .write(ofMember.stream()
                                .flatMap(record -> records.get(record).stream())
                                .toList());
            } catch (LeaseLostException e) {
                lost.addAll(ofMember);
            }
        }
        return lost;
    }

    void handedOut() {
        inFlight.add(bytes());
    }
}
