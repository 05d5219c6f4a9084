package io.webhookmemory.sink.cognify;

import io.webhookmemory.sink.failure.History;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Requests of one dataset that one run will answer.
 *
 * @param dueBy when a run is due at the latest; after a failure, at the earliest
 * @param history of the runs for them that failed
 */
record RequestBatch(Instant dueBy, List<PendingRequest> requests, boolean critical, History history) {

    RequestBatch {
        requests = List.copyOf(requests);
    }

    /** One without requests yet. */
    static RequestBatch dueBy(Instant time) {
        return new RequestBatch(time, List.of(), false, History.NONE);
    }

    RequestBatch with(PendingRequest request, boolean urgent) {
        return joined(List.of(request), urgent);
    }

    /** With the requests that came while this one was tried. */
    RequestBatch with(RequestBatch later) {
        return joined(later.requests, later.critical);
    }

    private RequestBatch joined(List<PendingRequest> more, boolean urgent) {
        List<PendingRequest> all =
                Stream.concat(requests.stream(), more.stream()).toList();
        return new RequestBatch(dueBy, all, critical || urgent, history);
    }

    /** A batch that failed before waits out its delay, however urgent. */
    boolean isDue(Instant now, int batchSize) {
        boolean enough = !history.hasFailed() && (critical || requests.size() >= batchSize);
        return enough || !dueBy.isAfter(now);
    }
}
