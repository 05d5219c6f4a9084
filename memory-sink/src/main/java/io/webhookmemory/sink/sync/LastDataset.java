package io.webhookmemory.sink.sync;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Which dataset this process last wrote a record to. Bounded: the oldest are forgotten. Thread-safe. */
final class LastDataset {
    private static final int MAX_RECORDS = 100_000;

    private final Map<String, String> datasets = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_RECORDS;
        }
    };

    synchronized void put(String recordId, String dataset) {
        datasets.put(recordId, dataset);
    }

    synchronized Optional<String> get(String recordId) {
        return Optional.ofNullable(datasets.get(recordId));
    }
}
