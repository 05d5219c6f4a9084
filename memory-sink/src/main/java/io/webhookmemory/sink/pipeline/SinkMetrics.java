package io.webhookmemory.sink.pipeline;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.webhookmemory.cognee.Failure;
import io.webhookmemory.sink.failure.Decision;
import io.webhookmemory.sink.memory.Outcome;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The metrics of the memory-sink. Counters whose tags are known start at 0: Prometheus sees no increase if a series
 * starts with 1. Thread-safe.
 */
public final class SinkMetrics {
    /** Another application's event may claim a time that no timer can represent. */
    private static final Duration OLDEST = Duration.ofDays(36_500);

    private final MeterRegistry registry;
    private final Clock clock;
    private final Timer eventAge;
    private final Timer retryDelayError;
    private final Counter cognifyRuns;
    private final Counter cognifySaved;

    public SinkMetrics(MeterRegistry registry, Clock clock, CatalogueSettings catalogue) {
        this.registry = registry;
        this.clock = clock;
        eventAge = timer("sink.event.age", "From an event's receipt by the ingress to its state in memory");
        retryDelayError = timer("sink.retry.delay.error", "How much later than due a retry was started");
        cognifyRuns = registry.counter("sink.cognify.runs");
        cognifySaved = registry.counter("sink.cognify.saved");
        for (String module : catalogue.modules()) {
            sweepFound(module);
            Stream.of(Outcome.Done.values()).forEach(outcome -> events(module, outcome));
        }
        IntStream.rangeClosed(1, catalogue.retryTiers()).forEach(this::retries);
    }

    /** Counts a finished event, and its time since the ingress received it. */
    public void synced(WebhookEvent event, Outcome.Done outcome) {
        events(event.module(), outcome).increment();
        eventAge.record(age(event.receivedAt()));
        if (event.source() == EventSource.SWEEP && outcome.changedMemory()) {
            sweepFound(event.module()).increment();
        }
    }

    /** Counts the decision about a failed attempt. */
    public void decided(Failure failure, Decision decision) {
        decision.fold(
                        retry -> retries(retry.tier()),
                        defer -> deferred(failure.reason(), defer.cause()),
                        hold -> registry.counter("sink.held", "cause", word(hold.cause())),
                        dead -> deadLetters(failure.reason()))
                .increment();
    }

    private Counter deferred(String reason, Decision.Cause cause) {
        // Its name until 0.2.0, for one more release.
        registry.counter("sink.put.off", "reason", reason).increment();
        return registry.counter("sink.deferred", "reason", reason, "cause", word(cause));
    }

    private static String word(Decision.Cause cause) {
        return cause.name().toLowerCase(Locale.ROOT);
    }

    /** Records how much later than due a retry was started. */
    public void retryTakenUp(Instant due) {
        retryDelayError.record(age(due));
    }

    public void deadLettered(String reason) {
        deadLetters(reason).increment();
    }

    private Counter deadLetters(String reason) {
        return registry.counter("sink.dead.letters", "reason", reason);
    }

    /** @param requests number of requests that the run completed: all but one are saved runs */
    public void cognified(int requests) {
        cognifyRuns.increment();
        cognifySaved.increment(requests - 1.0);
    }

    private Counter events(String module, Outcome.Done outcome) {
        return registry.counter(
                "sink.events", "module", module, "outcome", outcome.name().toLowerCase(Locale.ROOT));
    }

    private Counter sweepFound(String module) {
        return registry.counter("sink.sweep.found", "module", module);
    }

    private Counter retries(int tier) {
        return registry.counter("sink.retries", "tier", String.valueOf(tier));
    }

    private Duration age(Instant since) {
        Duration age = Duration.between(since, clock.instant());
        if (age.isNegative()) {
            return Duration.ZERO;
        }
        return age.compareTo(OLDEST) > 0 ? OLDEST : age;
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofHours(1))
                .register(registry);
    }
}
