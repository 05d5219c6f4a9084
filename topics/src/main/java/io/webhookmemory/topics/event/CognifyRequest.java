package io.webhookmemory.topics.event;

import java.time.Instant;

/**
 * A dataset whose documents changed since its graph was last built: the value on {@code memory.cognify}, keyed by
 * dataset name.
 *
 * @param dataset name of the Cognee dataset
 * @param critical whether the graph is wanted at once rather than with the next batch
 * @param requestedAt when the document was written
 */
public record CognifyRequest(String dataset, boolean critical, Instant requestedAt) {}
