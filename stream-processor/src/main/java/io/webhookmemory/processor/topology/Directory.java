package io.webhookmemory.processor.topology;

import io.webhookmemory.topics.event.DirectoryEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/** What the memory-sink has written of its records, by record id. */
final class Directory implements Function<String, DirectoryEntry> {
    private final KeyValueStore<String, ValueAndTimestamp<DirectoryEntry>> entries;
    private final ProcessorMetrics metrics;

    Directory(ProcessorContext<?, ?> context, ProcessorMetrics metrics) {
        this.entries = context.getStateStore(ProcessorTopology.DIRECTORY_STORE);
        this.metrics = metrics;
    }

    /** What it says during one event: each entry is read once at most. */
    Function<String, DirectoryEntry> now() {
        Map<String, Optional<DirectoryEntry>> read = new HashMap<>();
        return id -> read.computeIfAbsent(id, record -> Optional.ofNullable(apply(record)))
                .orElse(null);
    }

    /**
     * The entry of a record, or null. Restoring copies the directory's bytes unchecked. An unreadable entry must not
     * stop its record's events, because the directory is a hint.
     */
    @Override
    public DirectoryEntry apply(String recordId) {
        try {
            return ValueAndTimestamp.getValueOrNull(entries.get(recordId));
        } catch (SerializationException e) {
            metrics.unreadableDirectoryEntry();
            return null;
        }
    }
}
