package io.webhookmemory.sink.cognify;

import io.webhookmemory.sink.consume.Delivery;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Requests of one dataset that one run will answer.
 *
 * @param failed when a run for them failed last, be it in an outage
 * @param attempts how often that was its own fault
 * @param since when it did so first
 */
record Batch(
        Instant dueBy,
        List<Delivery> deliveries,
        boolean critical,
        Optional<Instant> failed,
        int attempts,
        Optional<Instant> since) {

    Batch {
        deliveries = List.copyOf(deliveries);
    }

    /** One without requests yet. */
    static Batch dueBy(Instant time) {
        return new Batch(time, List.of(), false, Optional.empty(), 0, Optional.empty());
    }

    Batch with(Delivery delivery, boolean urgent) {
        return joined(List.of(delivery), urgent);
    }

    /** With the requests that came while this one was tried. */
    Batch with(Batch later) {
        return joined(later.deliveries, later.critical);
    }

    Batch failedItself(Instant now) {
        return new Batch(dueBy, deliveries, critical, failed, attempts + 1, since.or(() -> Optional.of(now)));
    }

    private Batch joined(List<Delivery> more, boolean urgent) {
        List<Delivery> all = Stream.concat(deliveries.stream(), more.stream()).toList();
        return new Batch(dueBy, all, critical || urgent, failed, attempts, since);
    }
}
