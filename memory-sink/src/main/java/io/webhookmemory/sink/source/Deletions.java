package io.webhookmemory.sink.source;

import io.webhookmemory.zoho.api.DeletedRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * When records that no longer exist in Zoho were deleted. Zoho only lists all deletions of a module, page by page, so
 * one reading serves all records that it covers: many records deleted at once cost as much as one. Thread-safe.
 */
final class Deletions {
    private final BiFunction<String, Instant, List<DeletedRecord>> reading;
    /** The last reading by module: record id → end of the second of its last deletion. */
    private final Map<String, Map<String, Instant>> readings = new ConcurrentHashMap<>();

    /** @param reading reads a module's deletions since a time */
    Deletions(BiFunction<String, Instant, List<DeletedRecord>> reading) {
        this.reading = reading;
    }

    /**
     * When a record that was just found missing was deleted. Empty if Zoho does not say.
     *
     * @param after the record existed then
     * @param since how far back to look
     */
    Optional<Instant> of(String module, String id, Instant after, Instant since) {
        Instant told = readings.getOrDefault(module, Map.of()).get(id);
        if (told != null && !told.isBefore(after)) {
            return Optional.of(told);
        }
        Map<String, Instant> fresh = reading.apply(module, since).stream()
                .collect(Collectors.toMap(
                        DeletedRecord::id,
                        DeletedRecord::endOfSecond,
                        (one, other) -> one.isAfter(other) ? one : other));
        readings.put(module, fresh);
        return Optional.ofNullable(fresh.get(id));
    }
}
