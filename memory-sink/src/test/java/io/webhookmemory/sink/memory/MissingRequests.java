package io.webhookmemory.sink.memory;

import io.webhookmemory.cognee.NewDocument;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Documents after whose addition the sink has not yet requested what must follow: a graph, and the account's refresh. */
final class MissingRequests implements FaultyMemory.Ledger {
    /** Data id → dataset. */
    private final Map<String, String> unbuilt = new HashMap<>();

    private final Map<String, String> unrefreshed = new HashMap<>();
    private final Set<String> everAdded = new HashSet<>();

    @Override
    public void added(String dataset, NewDocument document, String dataId) {
        if (everAdded.add(dataId)) {
            unbuilt.put(dataId, dataset);
            if (document.metadata().module().equals("Deals")) {
                unrefreshed.put(dataId, dataset);
            }
        }
    }

    @Override
    public void deleted(String dataId) {
        unbuilt.remove(dataId);
        unrefreshed.remove(dataId);
    }

    void graphRequested(String dataset) {
        unbuilt.values().removeIf(dataset::equals);
    }

    void refreshRequested(String account) {
        unrefreshed.values().removeIf(dataset -> dataset.endsWith("_" + account));
    }

    /** Datasets that hold a document and were not marked dirty after they got it. */
    Collection<String> ofGraphs() {
        return unbuilt.values();
    }

    /** Datasets that hold a deal whose account was not read again after it was added. */
    Collection<String> ofRefreshes() {
        return unrefreshed.values().stream()
                .filter(dataset -> !dataset.endsWith("_none"))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
