package io.webhookmemory.sink.sync;

import io.webhookmemory.sink.cognee.Memory;
import io.webhookmemory.sink.cognee.MemoryException;
import io.webhookmemory.sink.cognee.NewDocument;
import io.webhookmemory.sink.cognee.StoredDocument;
import io.webhookmemory.sink.failure.Failure;
import io.webhookmemory.topics.event.CognifyRequest;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Memory and journal as a process has them whose calls fail now and then, before they took effect, after it, or so that
 * they take effect later; and which now and then is killed at any of these moments or loses its partition between two calls.
 */
final class FaultyProcess {
    private static final int ONE_CALL_IN = 12;

    private final Memory real;
    private final Random random;
    private final List<Entry> directory = new ArrayList<>();
    /** Documents, with their datasets, that were added and whose dataset was not marked dirty since. */
    private final Map<String, String> unbuilt = new HashMap<>();
    /** Documents, with their datasets, whose account was not read again since they were added. */
    private final Map<String, String> unrefreshed = new HashMap<>();

    /** Changes that nobody waits for any more and that will yet be made, by dataset, in their order. */
    private final Map<String, Deque<Runnable>> underWay = new HashMap<>();

    private final List<String> trace = new ArrayList<>();
    private boolean faulty = true;
    private int faults;

    /** @param value null for a tombstone */
    record Entry(String recordId, DirectoryEntry value, Instant at) {}

    /** The process is gone, whatever it was doing. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    FaultyProcess(Memory real, Random random) {
        this.real = real;
        this.random = random;
    }

    /** From now on nothing fails any more. */
    void behave() {
        faulty = false;
    }

    boolean isFaulty() {
        return faulty;
    }

    int faults() {
        return faults;
    }

    /** All that was ever written to the directory, in order. */
    List<Entry> directory() {
        return directory;
    }

    /** Null where the directory says nothing, or that the record is deleted. */
    DirectoryEntry known(String recordId) {
        return directory.stream()
                .filter(entry -> entry.recordId().equals(recordId))
                .reduce((first, second) -> second)
                .map(Entry::value)
                .orElse(null);
    }

    /** Datasets that hold a document and were not marked dirty after they got it. */
    Collection<String> datasetsWithUnbuiltDocuments() {
        return unbuilt.values();
    }

    /** Datasets that hold a document whose account was not read again after it was added. */
    Collection<String> datasetsOfUnrefreshedAccounts() {
        return unrefreshed.values();
    }

    /** What was called, and what failed, in order. */
    List<String> trace() {
        return trace;
    }

    /** False where another process has the partition now. */
    boolean keepsItsPartition() {
        if (!faulty || random.nextInt(ONE_CALL_IN) > 0) {
            return true;
        }
        faults++;
        trace.add("lost its partition");
        return false;
    }

    /** A change waits in line for what is under way in its dataset, and may itself be given up while it does. */
    private <T> T change(String dataset, String what, Supplier<T> call) {
        if (faulty && random.nextInt(ONE_CALL_IN) == 0) {
            underWay.computeIfAbsent(dataset, absent -> new ArrayDeque<>()).addLast(() -> late(what, call));
            trace.add("under way: " + what);
            faults++;
            if (random.nextBoolean()) {
                throw new Killed();
            }
            throw new MemoryException(new Failure.Transient("timeout", Optional.empty()), "too late on purpose", null);
        }
        land(dataset);
        return step(what, true, call);
    }

    private void change(String dataset, String what, Runnable call) {
        change(dataset, what, () -> {
            call.run();
            return true;
        });
    }

    private void late(String what, Supplier<?> call) {
        try {
            trace.add("late: " + what + " gives " + call.get());
        } catch (MemoryException e) {
            trace.add("late: " + what + " is refused, and nobody hears of it");
        }
    }

    private void land(String dataset) {
        Deque<Runnable> waiting = underWay.getOrDefault(dataset, new ArrayDeque<>());
        while (!waiting.isEmpty()) {
            waiting.removeFirst().run();
        }
    }

    /** All that is under way comes to pass. */
    void landAll() {
        underWay.keySet().forEach(this::land);
    }

    private <T> T step(String what, boolean mayFail, Supplier<T> call) {
        fail(what, mayFail);
        T result = call.get();
        trace.add(what);
        fail(what, mayFail);
        return result;
    }

    private void fail(String what, boolean mayFail) {
        if (!faulty || random.nextInt(ONE_CALL_IN) > 0) {
            return;
        }
        faults++;
        if (!mayFail || random.nextBoolean()) {
            trace.add("killed at " + what);
            throw new Killed();
        }
        trace.add("failed at " + what);
        throw new MemoryException(new Failure.Transient("http_500", Optional.empty()), "failed on purpose", null);
    }

    private void step(String what, boolean mayFail, Runnable call) {
        step(what, mayFail, () -> {
            call.run();
            return true;
        });
    }

    Memory memory() {
        return new Memory() {
            @Override
            public boolean isAvailable() {
                return true;
            }

            @Override
            public boolean canBuildGraphs() {
                return true;
            }

            @Override
            public List<StoredDocument> list(String dataset) {
                return step("list " + dataset, true, () -> real.list(dataset));
            }

            @Override
            public List<StoredDocument> listSettled(String dataset) {
                step("settle " + dataset, true, () -> land(dataset));
                return list(dataset);
            }

            @Override
            public String add(String dataset, NewDocument document) {
                return change(dataset, "add " + document.fileName() + " to " + dataset, () -> {
                    String dataId = real.add(dataset, document);
                    unbuilt.put(dataId, dataset);
                    unrefreshed.put(dataId, dataset);
                    return dataId;
                });
            }

            @Override
            public void delete(String dataset, String dataId) {
                change(dataset, "delete " + dataId + " from " + dataset, () -> {
                    real.delete(dataset, dataId);
                    unbuilt.remove(dataId);
                    unrefreshed.remove(dataId);
                });
            }

            @Override
            public void deleteDataset(String dataset) {
                change(dataset, "delete " + dataset, () -> real.deleteDataset(dataset));
            }

            @Override
            public boolean cognify(String dataset) {
                change(dataset, "cognify " + dataset, () -> real.cognify(dataset));
                return true;
            }
        };
    }

    /** A write to Kafka does not fail for one event: the process ends when it does. */
    MemoryJournal journal() {
        return new MemoryJournal() {
            @Override
            public void dirty(CognifyRequest request) {
                step("dirty " + request.dataset(), false, () -> {
                    unbuilt.values().removeIf(request.dataset()::equals);
                });
            }

            @Override
            public void touched(WebhookEvent event, Set<String> accountIds) {
                step("touched " + accountIds, false, () -> {
                    unrefreshed
                            .values()
                            .removeIf(dataset ->
                                    accountIds.stream().anyMatch(account -> dataset.endsWith("_" + account)));
                });
            }

            @Override
            public void directory(String recordId, DirectoryEntry entry) {
                step("note " + recordId + " in " + entry.dataset(), false, () -> {
                    directory.add(new Entry(recordId, entry, entry.eventTime()));
                });
            }

            @Override
            public void leftBehind(WebhookEvent deletion, List<StoredDocument> documents) {
                throw new UnsupportedOperationException("no account is deleted here");
            }

            @Override
            public void deleted(String recordId, Instant at) {
                step("note deletion of " + recordId, false, () -> {
                    directory.add(new Entry(recordId, null, at));
                });
            }
        };
    }
}
