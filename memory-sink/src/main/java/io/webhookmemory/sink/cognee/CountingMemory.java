package io.webhookmemory.sink.cognee;

import java.util.List;
import java.util.function.Supplier;

/** A memory that knows how many calls it has answered, thread by thread. */
public final class CountingMemory implements Memory {
    private final Memory memory;
    private final ThreadLocal<Long> answers = ThreadLocal.withInitial(() -> 0L);

    public CountingMemory(Memory memory) {
        this.memory = memory;
    }

    /** How many calls of this thread were answered, failed ones left out. */
    public long answers() {
        return answers.get();
    }

    private <T> T counted(Supplier<T> call) {
        T result = call.get();
        answers.set(answers.get() + 1);
        return result;
    }

    private void counted(Runnable call) {
        call.run();
        answers.set(answers.get() + 1);
    }

    @Override
    public boolean isAvailable() {
        return memory.isAvailable();
    }

    @Override
    public boolean canBuildGraphs() {
        return memory.canBuildGraphs();
    }

    @Override
    public List<StoredDocument> listSettled(String dataset) {
        return counted(() -> memory.listSettled(dataset));
    }

    @Override
    public List<StoredDocument> list(String dataset) {
        return counted(() -> memory.list(dataset));
    }

    @Override
    public String add(String dataset, NewDocument document) {
        return counted(() -> memory.add(dataset, document));
    }

    @Override
    public void delete(String dataset, String dataId) {
        counted(() -> memory.delete(dataset, dataId));
    }

    @Override
    public void deleteDataset(String dataset) {
        counted(() -> memory.deleteDataset(dataset));
    }

    @Override
    public boolean cognify(String dataset) {
        return counted(() -> memory.cognify(dataset));
    }
}
