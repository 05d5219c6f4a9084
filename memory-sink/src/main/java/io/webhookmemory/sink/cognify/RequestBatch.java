package io.webhookmemory.sink.cognify;

import io.webhookmemory.sink.failure.History;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Requests of one dataset that one run will complete.
 *
 * @param dueBy the latest time at which a run is due; after a failure, the earliest
 * @param history of the failed runs for these requests
 */
record RequestBatch(Instant dueBy, List<PendingRequest> requests, boolean critical, History history) {

    RequestBatch {
        requests = List.copyOf(requests);
    }

    /** An empty batch. */
    static RequestBatch dueBy(Instant time) {
        return new RequestBatch(time, List.of(), false, History.NONE);
    }

    /** A critical request is due now, but does not shorten the delay after a failure. */
    RequestBatch with(PendingRequest request, boolean urgent, Instant now) {
        RequestBatch all = joined(List.of(request), urgent);
        return urgent && !history.hasFailed() && now.isBefore(dueBy)
                ? new RequestBatch(now, all.requests, true, history)
                : all;
    }

    /** This batch with the requests that arrived during its run. */
    RequestBatch with(RequestBatch later) {
        return joined(later.requests, later.critical);
    }

    private RequestBatch joined(List<PendingRequest> more, boolean urgent) {
        List<PendingRequest> all =
                Stream.concat(requests.stream(), more.stream()).toList();
        return new RequestBatch(dueBy, all, critical || urgent, history);
    }

    /** A batch that failed before waits for the end of its delay, however large it is. */
    boolean isDue(Instant now, int batchSize) {
        boolean enough = !history.hasFailed() && requests.size() >= batchSize;
        return enough || !dueBy.isAfter(now);
    }
}
