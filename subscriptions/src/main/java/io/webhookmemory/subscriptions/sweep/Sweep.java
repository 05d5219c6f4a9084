package io.webhookmemory.subscriptions.sweep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.service.kafka.NotAcknowledged;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.zoho.api.ZohoClient;
import io.webhookmemory.zoho.api.ZohoException;
import io.webhookmemory.zoho.api.ZohoFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Reads changes from Zoho and publishes them as events: notifications get lost, and Notes have none. A sweep takes two
 * calls per module, plus one for each 200 changes. For one thread at a time.
 */
public final class Sweep {
    /** For changes that become visible late, and for clocks that differ. */
    private static final Duration OVERLAP = Duration.ofMinutes(5);

    private final ZohoClient zoho;
    private final Function<List<WebhookEvent>, CompletableFuture<Void>> publish;
    private final Clock clock;

    /**
     * The result of a sweep.
     *
     * @param positions the time up to which each module is read
     * @param events published events, by module
     * @param troubles problems, for the operator; empty if there are none
     */
    public record Result(Map<String, Instant> positions, Map<String, Integer> events, List<String> troubles) {}

    /** @param publish completes when the events are durably written */
    public Sweep(ZohoClient zoho, Function<List<WebhookEvent>, CompletableFuture<Void>> publish, Clock clock) {
        this.zoho = zoho;
        this.publish = publish;
        this.clock = clock;
    }

    /**
     * Reads modules from their last positions on. A module that Zoho refuses keeps its position and does not hold up
     * the others.
     *
     * @param positions by module
     */
    public Result run(Map<String, Instant> positions) {
        Map<String, Instant> reached = new TreeMap<>(positions);
        Map<String, Integer> events = new TreeMap<>();
        List<String> troubles = new ArrayList<>();
        for (Map.Entry<String, Instant> from : positions.entrySet()) {
            String module = from.getKey();
            Instant start = clock.instant();
            try {
                events.put(module, read(module, from.getValue().minus(OVERLAP)));
                reached.put(module, start);
            } catch (ZohoException e) {
                troubles.add(module + ": " + e.getMessage());
                if (!(e.failure() instanceof ZohoFailure.Permanent)) {
                    return new Result(reached, events, troubles);
                }
            } catch (CompletionException e) {
                if (e.getCause() instanceof NotAcknowledged) {
                    troubles.add(module + ": Kafka does not acknowledge");
                    return new Result(reached, events, troubles);
                }
                throw e;
            }
        }
        return new Result(reached, events, troubles);
    }

    private int read(String module, Instant since) {
        Instant now = clock.instant();
        int[] count = new int[1];
        List<String> fields = zoho.records().fieldNamesOfOneList(module);
        zoho.changes().modifiedSince(module, since, fields, page -> count[0] += publish(events(module, page, now)));
        List<WebhookEvent> deletions = zoho.changes().deletedSince(module, since).stream()
                .map(deleted -> ChangeEvents.deleted(module, deleted, now))
                .toList();
        return count[0] + publish(deletions);
    }

    private List<WebhookEvent> events(String module, List<ObjectNode> page, Instant now) {
        return page.stream()
                .map(row -> ChangeEvents.changed(EventSource.SWEEP, module, row, zoho.times(), now))
                .toList();
    }

    private int publish(List<WebhookEvent> events) {
        if (!events.isEmpty()) {
            publish.apply(events).join();
        }
        return events.size();
    }
}
