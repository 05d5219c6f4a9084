package io.webhookmemory.sink.memory;

import io.webhookmemory.cognee.AddResult;
import io.webhookmemory.cognee.Failure;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.cognee.MemoryException;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.cognee.StoredDocument;
import io.webhookmemory.sink.failure.CircuitGate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A memory whose calls go through a circuit breaker: while it is open, they fail at once with a {@link Failure.Outage},
 * and a call that finds an outage opens it. Building graphs bypasses it, because graphs have a breaker of their own.
 */
public final class GuardedMemory implements Memory {
    /** The errors with which Cognee rejects a deletion while it processes the dataset. */
    private static final Set<String> REASONS_OF_A_BUSY_DATASET = Set.of("http_409", "http_500");

    private final Memory memory;
    private final CircuitGate gate;

    public GuardedMemory(Memory memory, CircuitGate gate) {
        this.memory = memory;
        this.gate = gate;
    }

    private <T> T guarded(String kind, Supplier<T> call) {
        return gate.call(
                kind,
                call,
                e -> e instanceof MemoryException failed ? Optional.of(failed.failure()) : Optional.empty(),
                MemoryException::notCalled);
    }

    private void guardedDeletion(String kind, Runnable call) {
        try {
            guarded(kind, () -> {
                call.run();
                return true;
            });
        } catch (MemoryException e) {
            if (e.failure() instanceof Failure.Transient passing
                    && REASONS_OF_A_BUSY_DATASET.contains(passing.reason())) {
                throw new MemoryException(passing.ofBusyDataset(), e.getMessage(), e);
            }
            throw e;
        }
    }

    @Override
    public boolean namesConflicts() {
        return guarded("version", memory::namesConflicts);
    }

    @Override
    public List<StoredDocument> list(String dataset) {
        return guarded("list", () -> memory.list(dataset));
    }

    @Override
    public void settle(String dataset) {
        guardedDeletion("settle", () -> memory.settle(dataset));
    }

    @Override
    public AddResult add(String dataset, List<NewDocument> documents) {
        return guarded("add", () -> memory.add(dataset, documents));
    }

    @Override
    public void delete(String dataset, String dataId) {
        guardedDeletion("delete", () -> memory.delete(dataset, dataId));
    }

    @Override
    public void deleteDataset(String dataset) {
        guardedDeletion("delete_dataset", () -> memory.deleteDataset(dataset));
    }

    @Override
    public boolean cognify(String dataset) {
        return memory.cognify(dataset);
    }
}
