package io.webhookmemory.subscriptions.importing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.service.kafka.NotAcknowledged;
import io.webhookmemory.subscriptions.sweep.ChangeEvents;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.zoho.api.ZohoClient;
import io.webhookmemory.zoho.crm.ZohoTimes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Publishes the records that Zoho already holds as events of {@link EventSource#IMPORT}, in order of their last change. The
 * position is kept after every page that Kafka has acknowledged, so that an import that was interrupted continues there. The
 * page that was under way, and what was changed in the second before the position, may be published twice: as duplicates.
 * For one thread.
 */
public final class RecordImport {
    private static final Duration BACKLOG_CHECK = Duration.ofSeconds(1);

    private final ZohoClient zoho;
    private final Function<List<WebhookEvent>, CompletableFuture<Void>> publish;
    private final Positions positions;
    private final LongSupplier backlog;
    private final Limits limits;
    private final Clock clock;
    private final Sleeper sleeper;
    private final ImportEvents observer;
    private final Pace pace;
    private final Patience patience;
    private Instant nextBacklogCheck = Instant.MIN;

    /**
     * What keeps an import below the live traffic.
     *
     * @param eventsPerSecond at most
     * @param maxBacklog the import waits while the pipeline has more events before it
     */
    public record Limits(int eventsPerSecond, long maxBacklog) {}

    /**
     * An import that has not begun.
     *
     * @param publish completes when the events are written for good
     * @param backlog events that the pipeline has before it
     */
    public RecordImport(
            ZohoClient zoho,
            Function<List<WebhookEvent>, CompletableFuture<Void>> publish,
            Positions positions,
            LongSupplier backlog,
            Limits limits,
            Clock clock,
            Sleeper sleeper,
            ImportEvents observer) {
        this.zoho = zoho;
        this.publish = publish;
        this.positions = positions;
        this.backlog = backlog;
        this.limits = limits;
        this.clock = clock;
        this.sleeper = sleeper;
        this.observer = observer;
        pace = new Pace(limits.eventsPerSecond(), clock, sleeper);
        patience = new Patience(clock, sleeper, observer);
    }

    /**
     * Imports a module from a position to its end. Waits where Zoho or Kafka fails for a reason that passes.
     *
     * @return where it ended
     * @throws io.webhookmemory.zoho.api.ZohoException where Zoho refuses the module or everything
     * @throws NotAcknowledged where Kafka did not take events for ten minutes
     * @throws io.webhookmemory.service.kafka.KafkaProblem where Kafka did not keep the position for ten minutes
     */
    public ModulePosition run(String module, ModulePosition from) {
        Reading reading = new Reading(module, from);
        patience.insist(() -> {
            reading.toEnd();
            return null;
        });
        reading.finish();
        return reading.position;
    }

    /** One module's reading, which goes on where it failed. */
    private final class Reading {
        private final String module;
        private ModulePosition position;

        Reading(String module, ModulePosition from) {
            this.module = module;
            this.position = from;
        }

        void toEnd() {
            List<String> fields = zoho.records().fieldNamesOfOneList(module);
            zoho.changes().modifiedSince(module, position.reached(), fields, this::publish);
        }

        private void publish(List<ObjectNode> page) {
            Instant now = clock.instant();
            Instant reached = page.stream()
                    .flatMap(row -> ZohoTimes.read(row.path("Modified_Time")).stream())
                    .max(Instant::compareTo)
                    .orElse(position.reached());
            List<WebhookEvent> events = page.stream()
                    .map(row -> ChangeEvents.changed(EventSource.IMPORT, module, row, zoho.times(), now))
                    .toList();
            awaitRoom();
            pace.take(events.size());
            patience.insist(() -> acknowledged(events));
            keep(position.after(reached, events.size()));
            observer.progress(module, position.records());
        }

        void finish() {
            keep(position.finishedAt(clock.instant()));
        }

        private void keep(ModulePosition next) {
            patience.insist(() -> {
                positions.keep(module, next);
                return next;
            });
            position = next;
        }
    }

    private Void acknowledged(List<WebhookEvent> events) {
        try {
            return publish.apply(events).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof NotAcknowledged reason ? reason : e;
        }
    }

    private void awaitRoom() {
        Instant start = clock.instant();
        if (start.isBefore(nextBacklogCheck)) {
            return;
        }
        for (long events = events(); events > limits.maxBacklog(); events = events()) {
            observer.waiting(
                    "the pipeline has %,d events before it".formatted(events),
                    Duration.between(start, clock.instant()));
            sleeper.sleep(BACKLOG_CHECK);
        }
        nextBacklogCheck = clock.instant().plus(BACKLOG_CHECK);
    }

    private long events() {
        return patience.insist(backlog::getAsLong);
    }
}
