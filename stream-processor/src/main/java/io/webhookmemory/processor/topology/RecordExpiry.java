package io.webhookmemory.processor.topology;

import io.webhookmemory.processor.record.RecordState;
import io.webhookmemory.processor.record.RecordStateCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Removes the state of records that were deleted or erased long ago. It scans the store in steps of bounded size, so
 * that no step delays events: a million records take a quarter of an hour. The position is not stored; after a restart,
 * the scan begins from scratch.
 */
final class RecordExpiry {
    static final Duration INTERVAL = Duration.ofMillis(200);
    static final int RECORDS_PER_STEP = 200;
    static final Duration PAUSE = Duration.ofHours(6);

    /** A record may have megabytes. */
    private static final int BYTES_PER_STEP = 1 << 20;

    private final KeyValueStore<String, byte[]> records;
    private final Duration ttl;
    private final BiConsumer<String, RecordState> expired;
    /** Key at which the next step begins; null for the beginning. */
    private String position;

    /** @param expired called with the state that was removed; null if it could not be read */
    RecordExpiry(KeyValueStore<String, byte[]> records, Duration ttl, BiConsumer<String, RecordState> expired) {
        this.records = records;
        this.ttl = ttl;
        this.expired = expired;
    }

    /**
     * Scans the next records.
     *
     * @param wallClock milliseconds since the epoch
     * @return the time until the next step
     */
    Duration step(long wallClock) {
        Instant newest = Instant.ofEpochMilli(wallClock).minus(ttl);
        List<KeyValue<String, byte[]>> due = new ArrayList<>();
        boolean isEnd;
        try (KeyValueIterator<String, byte[]> rest = records.range(position, null)) {
            int bytes = 0;
            for (int looked = 0; looked < RECORDS_PER_STEP && bytes < BYTES_PER_STEP && rest.hasNext(); looked++) {
                KeyValue<String, byte[]> record = rest.next();
                bytes += record.value.length;
                // The first key after this one.
                position = record.key + '\0';
                Instant deletedAt = RecordStateCodec.deletedAt(record.value);
                if (deletedAt != null && !deletedAt.isAfter(newest)) {
                    due.add(record);
                }
            }
            isEnd = !rest.hasNext();
        }
        due.forEach(this::remove);
        if (isEnd) {
            position = null;
            return PAUSE;
        }
        return INTERVAL;
    }

    private void remove(KeyValue<String, byte[]> record) {
        records.delete(record.key);
        expired.accept(record.key, state(record.value));
    }

    private static RecordState state(byte[] value) {
        try {
            return RecordStateCodec.fromBytes(value);
        } catch (SerializationException e) {
            return null;
        }
    }
}
