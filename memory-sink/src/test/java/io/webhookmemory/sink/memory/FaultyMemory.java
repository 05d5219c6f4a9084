package io.webhookmemory.sink.memory;

import io.webhookmemory.cognee.AddResult;
import io.webhookmemory.cognee.Failure;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.cognee.MemoryException;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.cognee.StoredDocument;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Memory as a process has it whose calls fail before they took effect, after it, or so that they take effect later; and
 * which is frozen before a call is sent, so that the call takes effect when another process has long taken over.
 */
final class FaultyMemory implements Memory {
    private final FaultyProcess process;
    private final Memory real;
    private final Faults faults;
    private final Ledger ledger;

    /** What is checked of the documents that were added. */
    interface Ledger {
        void added(String dataset, NewDocument document, String dataId);

        void deleted(String dataId);
    }

    FaultyMemory(FaultyProcess process, Memory real, Faults faults, Ledger ledger) {
        this.process = process;
        this.real = real;
        this.faults = faults;
        this.ledger = ledger;
    }

    @Override
    public boolean namesConflicts() {
        return real.namesConflicts();
    }

    @Override
    public List<StoredDocument> list(String dataset) {
        return call("list " + dataset, () -> real.list(dataset));
    }

    @Override
    public void settle(String dataset) {
        call("settle " + dataset, () -> {
            faults.land(dataset);
            real.settle(dataset);
            return true;
        });
    }

    @Override
    public AddResult add(String dataset, List<NewDocument> documents) {
        String what = "add " + documents.stream().map(NewDocument::fileName).toList() + " to " + dataset;
        process.freezeNowAndThen("sending: " + what);
        return change(dataset, what, () -> {
            if (documents.size() > 1 && faults.strike()) {
                // One of them fails; the others may be there all the same.
                added(dataset, documents, real.add(dataset, documents.subList(0, 1)));
                throw new MemoryException(new Failure.Permanent("http_415"), "one of them", null);
            }
            return added(dataset, documents, real.add(dataset, documents));
        });
    }

    private AddResult added(String dataset, List<NewDocument> documents, AddResult result) {
        if (result instanceof AddResult.Added added) {
            for (int i = 0; i < added.dataIds().size(); i++) {
                ledger.added(dataset, documents.get(i), added.dataIds().get(i));
            }
        }
        return result;
    }

    @Override
    public void delete(String dataset, String dataId) {
        String what = "delete " + dataId + " from " + dataset;
        process.freezeNowAndThen("sending: " + what);
        change(dataset, what, () -> {
            real.delete(dataset, dataId);
            ledger.deleted(dataId);
            return true;
        });
    }

    /** A process frozen right before this call is the window that remains ({@code docs/design.md}): not played here. */
    @Override
    public void deleteDataset(String dataset) {
        change(dataset, "delete " + dataset, () -> {
            real.list(dataset).forEach(document -> ledger.deleted(document.dataId()));
            real.deleteDataset(dataset);
            return true;
        });
    }

    @Override
    public boolean cognify(String dataset) {
        throw new UnsupportedOperationException();
    }

    /** A change waits in line for what is under way in its dataset, and may itself be given up while it does. */
    private <T> T change(String dataset, String what, Supplier<T> change) {
        if (faults.strike()) {
            faults.underWay(dataset, () -> late(what, change));
            faults.trace(() -> process + " gives up: " + what);
            process.dieNowAndThen();
            throw new MemoryException(new Failure.Transient("timeout", Optional.empty()), "too late on purpose", null);
        }
        faults.land(dataset);
        T result = call(what, change);
        process.freezeNowAndThen("waiting for: " + what);
        return result;
    }

    private void late(String what, Supplier<?> change) {
        try {
            Object result = change.get();
            faults.trace(() -> "late: " + what + " gives " + result);
        } catch (MemoryException e) {
            faults.trace(() -> "late: " + what + " is refused, and no process hears of it");
        }
    }

    private <T> T call(String what, Supplier<T> call) {
        fail(what);
        T result = call.get();
        faults.trace(() -> process + " " + what + " gives " + result);
        fail(what);
        return result;
    }

    private void fail(String what) {
        if (faults.strike()) {
            process.dieNowAndThen();
            faults.trace(() -> process + " failed at " + what);
            throw new MemoryException(new Failure.Transient("http_500", Optional.empty()), "failed on purpose", null);
        }
    }
}
