package io.webhookmemory.cognee;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The ids of datasets by name. A dataset's id derives from its name and owner, so a cached id cannot be wrong; only the
 * dataset may be gone. Thread-safe.
 */
final class DatasetIds {
    /** About 10 MB. */
    private static final int MOST_CACHED = 50_000;

    private final CogneeHttp http;
    private final Cache<String, String> ids;

    DatasetIds(CogneeHttp http) {
        this(http, MOST_CACHED);
    }

    DatasetIds(CogneeHttp http, int mostCached) {
        this.http = http;
        this.ids = Caffeine.newBuilder().maximumSize(mostCached).build();
    }

    /** Empty if there is no such dataset. An uncached one is searched in the listing of all datasets. */
    Optional<String> find(String dataset) {
        String known = ids.getIfPresent(dataset);
        return known != null ? Optional.of(known) : findInListing(dataset);
    }

    private Optional<String> findInListing(String dataset) {
        String[] found = new String[1];
        list((name, id) -> {
            if (name.equals(dataset)) {
                found[0] = id;
            }
        });
        return Optional.ofNullable(found[0]);
    }

    /** The names of all datasets. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        list((name, id) -> names.add(name));
        return names;
    }

    // Cognee has no look-up by name, and its listing of datasets has no pages (1.5.2 to 1.6.5).
    private void list(BiConsumer<String, String> dataset) {
        http.readRows(http.get("datasets", "/datasets"), row -> {
            String name = row.path("name").asText();
            String id = row.path("id").asText();
            ids.put(name, id);
            dataset.accept(name, id);
        });
    }

    void put(String dataset, String id) {
        ids.put(dataset, id);
    }

    void forget(String dataset) {
        ids.invalidate(dataset);
    }
}
