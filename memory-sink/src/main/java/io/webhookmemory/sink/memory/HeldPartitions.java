package io.webhookmemory.sink.memory;

import java.util.Collection;
import java.util.Set;

/**
 * Keeps the directory in step with the partitions that this process holds. For the polling thread alone.
 */
public final class HeldPartitions implements AutoCloseable {
    private final RecordSync sync;
    private final DirectoryReader reader;
    private Set<Integer> held = Set.of();

    public HeldPartitions(RecordSync sync, DirectoryReader reader) {
        this.sync = sync;
        this.reader = reader;
    }

    /**
     * To be called when partitions come or go, before an event of theirs is planned. The group rebalances eagerly: all partitions
     * go, then those come that this process holds from now on.
     *
     * @param numbers of the partitions that came; none where partitions have gone
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
