package io.webhookmemory.sink.memory;

import com.github.benmanes.caffeine.cache.Interner;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.utils.Utils;

/**
 * The directory topic's entries for every record of this process's partitions. It is complete, so that no listing of
 * memory is needed to find a document. Some 200 bytes per record ({@code docs/design.md}). Thread-safe; one event at a
 * time changes a record.
 */
public final class RecordDirectory {
    private final Map<String, CompactRow> rows = new ConcurrentHashMap<>();
    private final Interner<String> names = Interner.newWeakInterner();
    private volatile int partitions = 1;

    /** The number of known records, including deleted ones. */
    public int size() {
        return rows.size();
    }

    Known of(String recordId) {
        CompactRow row = rows.get(recordId);
        return row == null ? Known.NOTHING : row.expand();
    }

    void put(String recordId, Known known) {
        if (known.equals(Known.NOTHING)) {
            rows.remove(recordId);
        } else {
            rows.put(recordId, CompactRow.of(known, names));
        }
    }

    /** @param count of the directory topic */
    void partitions(int count) {
        partitions = count;
    }

    /** Forgets the records of these partitions. */
    void drop(Collection<Integer> numbers) {
        Set<Integer> dropped = Set.copyOf(numbers);
        if (!dropped.isEmpty()) {
            rows.keySet().removeIf(recordId -> dropped.contains(partitionOf(recordId)));
        }
    }

    /** Like Kafka's default partitioner, with which all of the pipeline's records are written. */
    private int partitionOf(String recordId) {
        byte[] key = recordId.getBytes(StandardCharsets.UTF_8);
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }
}
