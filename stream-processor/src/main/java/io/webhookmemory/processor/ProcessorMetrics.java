package io.webhookmemory.processor;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.record.AccountResolver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** What the stream-processor counts. Thread-safe. */
public final class ProcessorMetrics {
    private final MeterRegistry registry;
    private final Clock clock;
    private final Timer age;

    public ProcessorMetrics(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        this.age = Timer.builder("processor.event.age")
                .description("From the ingress taking an event to its being routed")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofHours(1))
                .register(registry);
        for (AccountResolver.Source source : AccountResolver.Source.values()) {
            accounts(source);
        }
    }

    public void routed(WebhookEvent event) {
        registry.counter(
                        "processor.events",
                        "module",
                        event.module(),
                        "type",
                        event.eventType().wireName())
                .increment();
        Duration sinceReceived = Duration.between(event.receivedAt(), Instant.now(clock));
        age.record(sinceReceived.isNegative() ? Duration.ZERO : sinceReceived);
    }

    public void duplicate(WebhookEvent event) {
        registry.counter("processor.duplicates", "module", event.module()).increment();
    }

    /** Counts an event from before its record's deletion, or a deletion from before the record's newest change. */
    public void stale(WebhookEvent event) {
        registry.counter("processor.stale", "module", event.module()).increment();
    }

    /** @param reason one of a fixed set of short texts */
    public void rejected(String reason) {
        registry.counter("processor.rejected", "reason", reason).increment();
    }

    public void resolved(AccountResolver.Source source) {
        accounts(source).increment();
    }

    private Counter accounts(AccountResolver.Source source) {
        return registry.counter("processor.accounts", "source", source.name().toLowerCase(Locale.ROOT));
    }
}
