package io.webhookmemory.sink.consume;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
     * @throws org.apache.kafka.common.KafkaException as {@link FencedWrites#write(FencedWrites.Write)}
     */
    @Override
    public void write(List<ProducerRecord<String, byte[]>> records) {
        writeOne(new Writes(this, records, false));
    }

    /**
     * Writes the last records of the work on this one, as {@link #write}. With them Kafka stores that this record is
     * finished: it is not read again, and so they are not written again. {@link #done()} must follow.
     */
    public void writeLast(List<ProducerRecord<String, byte[]>> records) {
        writeOne(new Writes(this, records, true));
    }

    private static void writeOne(Writes writes) {
        writeTogether(List.of(writes)).values().forEach(failure -> {
            throw failure;
        });
    }

    /**
     * Records to write for a lease.
     *
     * @param last whether they are the last ones, see {@link #writeLast}
     */
    public record Writes(InFlightRecord lease, List<ProducerRecord<String, byte[]>> records, boolean last) {}

    /**
     * Writes records for several leases of one poller together; blocks like {@link #write}. All of one lease are written or
     * none.
     *
     * @return the leases whose records are not written, with what {@link #write} would have thrown
     */
    public static Map<InFlightRecord, RuntimeException> writeTogether(List<Writes> all) {
        Map<InFlightRecord, RuntimeException> failures = new LinkedHashMap<>();
        List<Writes> begun = new ArrayList<>();
        for (Writes writes : all) {
            try {
                writes.lease().begin(writes);
                begun.add(writes);
            } catch (LeaseLostException e) {
                failures.put(writes.lease(), e);
            }
        }
        if (begun.isEmpty()) {
            return failures;
        }
        try {
            List<Optional<RuntimeException>> results = begun.get(0)
                    .lease()
                    .writer
                    .write(begun.stream()
                            .map(writes -> writes.lease().fenced(writes))
                            .toList());
            for (int i = 0; i < begun.size(); i++) {
                InFlightRecord lease = begun.get(i).lease();
                results.get(i).ifPresent(failure -> failures.put(lease, failure));
            }
        } finally {
            begun.forEach(writes -> writes.lease().end(writes));
        }
        return failures;
    }

    private void begin(Writes writes) {
        if (writes.last()) {
            tracker.beginFinishing();
        } else if (tracker.isTakenAway()) {
            throw new LeaseLostException("the partition was taken away");
        }
    }

    private void end(Writes writes) {
        if (writes.last()) {
            tracker.endFinishing();
        }
    }

    private FencedWrites.Write fenced(Writes writes) {
        TopicPartition partition = new TopicPartition(message.topic(), message.partition());
        return new FencedWrites.Write(
                writes.records(),
                new FencedWrites.Fence(membership.group(), partition, tracker),
                writes.last() ? Set.of(message.offset()) : Set.of());
    }

    void handedOut() {
        inFlight.add(bytes());
    }
}
