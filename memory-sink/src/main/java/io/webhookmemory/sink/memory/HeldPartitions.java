package io.webhookmemory.sink.memory;

import java.util.Collection;
import java.util.Set;

/** Keeps the directory in step with the partitions assigned to this process. For the polling thread only. */
public final class HeldPartitions implements AutoCloseable {
    private final RecordSync sync;
    private final DirectoryReader reader;
    private Set<Integer> held = Set.of();

    public HeldPartitions(RecordSync sync, DirectoryReader reader) {
        this.sync = sync;
        this.reader = reader;
    }

    /**
     * Call when the assignment changes, before an event of the partitions is planned. The group rebalances eagerly: all
     * partitions are revoked, then all present ones are assigned.
     *
     * @param numbers of the assigned partitions; empty after a revocation
     */
    public void changed(Collection<Integer> numbers) {
        if (numbers.isEmpty()) {
            sync.partitionsRevoked(held);
            held = Set.of();
            return;
        }
        sync.partitionsAssigned();
        reader.read(numbers);
        held = Set.copyOf(numbers);
    }

    @Override
    public void close() {
        reader.close();
    }
}
