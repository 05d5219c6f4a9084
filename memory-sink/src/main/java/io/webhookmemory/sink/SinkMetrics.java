package io.webhookmemory.sink;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.webhookmemory.sink.sync.Outcome;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** What the memory-sink counts. Thread-safe. */
public final class SinkMetrics {
    private final MeterRegistry registry;
    private final Clock clock;

    public SinkMetrics(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** Counts an event that is done, and how long it took since the ingress had it. */
    public void synced(WebhookEvent event, Outcome.Done outcome) {
        String word = outcome.name().toLowerCase(Locale.ROOT);
        registry.counter("sink.events", "module", event.module(), "outcome", word)
                .increment();
        timer("sink.event.age", "From the ingress taking an event to memory showing it")
                .record(age(event.receivedAt()));
    }

    /** @param tier 1 for the first retry */
    public void retried(int tier) {
        registry.counter("sink.retries", "tier", String.valueOf(tier)).increment();
    }

    /** Counts an event that waits in a retry topic through no fault of its own. */
    public void putOff(String reason) {
        registry.counter("sink.put.off", "reason", reason).increment();
    }

    /** Counts how much later than asked for a retried event was taken up. */
    public void retryTakenUp(Instant due) {
        timer("sink.retry.delay.error", "How much later than due a retry was taken up")
                .record(age(due));
    }

    public void deadLettered(String reason) {
        registry.counter("sink.dead.letters", "reason", reason).increment();
    }

    /** @param requests how many requests the run answered: all but one are runs saved */
    public void cognified(int requests) {
        registry.counter("sink.cognify.runs").increment();
        registry.counter("sink.cognify.saved").increment(requests - 1.0);
    }

    private Duration age(Instant since) {
        Duration age = Duration.between(since, clock.instant());
        return age.isNegative() ? Duration.ZERO : age;
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
