package io.webhookmemory.service.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads ranges of partitions from beginning to end. Not thread-safe. */
public final class RangeReader {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long SILENCE_NANOS = Duration.ofSeconds(10).toNanos();

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final BooleanSupplier stopped;
    private final Runnable probe;

    /**
     * A reader on a consumer without a group.
     *
     * @param stopped ends the reading early
     * @param probe throws if Kafka is unavailable; called after every ten seconds without a record
     */
    public RangeReader(KafkaConsumer<byte[], byte[]> consumer, BooleanSupplier stopped, Runnable probe) {
        this.consumer = consumer;
        this.stopped = stopped;
        this.probe = probe;
    }

    /** Passes every record of the ranges to the receiver, in order within a partition. */
    public void read(Map<TopicPartition, OffsetRange> ranges, Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        consumer.assign(ranges.keySet());
        // An earlier reading paused them at its end, and an assignment keeps that.
        consumer.resume(ranges.keySet());
        Map<TopicPartition, Long> open = new HashMap<>();
        ranges.forEach((partition, range) -> {
            consumer.seek(partition, range.from());
            open.put(partition, range.from());
        });
        open.keySet().removeIf(partition -> ranges.get(partition).length() == 0);
        long lastMove = System.nanoTime();
        while (!open.isEmpty() && !stopped.getAsBoolean()) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            records.forEach(record -> {
                if (record.offset()
                        < ranges.get(new TopicPartition(record.topic(), record.partition()))
                                .to()) {
                    receiver.accept(record);
                }
            });
            if (advance(open, ranges)) {
                lastMove = System.nanoTime();
            } else if (System.nanoTime() - lastMove > SILENCE_NANOS) {
                probe.run();
                lastMove = System.nanoTime();
            }
        }
    }

    /** Use the position, not the last record: transaction markers take offsets and are never returned. */
    private boolean advance(Map<TopicPartition, Long> open, Map<TopicPartition, OffsetRange> ranges) {
        boolean moved = false;
        for (TopicPartition partition : List.copyOf(open.keySet())) {
            long position = consumer.position(partition);
            moved |= position > open.put(partition, position);
            if (position >= ranges.get(partition).to()) {
                consumer.pause(List.of(partition));
                open.remove(partition);
            }
        }
        return moved;
    }
}
