package io.webhookmemory.processor.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.webhookmemory.processor.record.AccountFinder;
import io.webhookmemory.processor.store.RocksDbMemory;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The metrics of the stream-processor. Thread-safe. */
public final class ProcessorMetrics {
    /**
     * The key of the streams configuration that passes the object to the failure handlers, which Kafka Streams creates.
     */
    public static final String CONFIG = "stream.processor.metrics";

    private final MeterRegistry registry;
    private final Clock clock;
    // The registry's own search for a counter takes longer than counting.
    private final Map<Routed, Counter> events = new ConcurrentHashMap<>();
    private final Map<AccountFinder.Source, Counter> accounts = new EnumMap<>(AccountFinder.Source.class);
    private final Timer age;
    private final Counter threadFailures;
    private final Counter directoryUnreadable;
    private final Counter timeUnreadable;
    private final Counter recordsExpired;

    public ProcessorMetrics(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        this.age = Timer.builder("processor.event.age")
                .description("From an event's receipt by the ingress to its routing")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofHours(1))
                .register(registry);
        for (AccountFinder.Source source : AccountFinder.Source.values()) {
            accounts.put(source, accounts(source));
        }
        // Counters start at 0: Prometheus sees no increase if a series starts with 1.
        threadFailures = registry.counter("processor.thread.failures");
        directoryUnreadable = registry.counter("processor.directory.unreadable");
        timeUnreadable = registry.counter("processor.time.unreadable");
        recordsExpired = registry.counter("processor.records.expired");
    }

    private record Routed(String module, EventType type) {}

    /** @param configs configuration of Kafka Streams */
    public static ProcessorMetrics of(Map<String, ?> configs) {
        return (ProcessorMetrics) configs.get(CONFIG);
    }

    public void routed(WebhookEvent event) {
        events.computeIfAbsent(new Routed(event.module(), event.eventType()), this::events)
                .increment();
        Duration sinceReceived = Duration.between(event.receivedAt(), Instant.now(clock));
        age.record(sinceReceived.isNegative() ? Duration.ZERO : sinceReceived);
    }

    public void duplicate(WebhookEvent event) {
        registry.counter("processor.duplicates", "module", event.module()).increment();
    }

    /** Counts an event that passed although its identity was seen before, because the window had ended. */
    public void lateDuplicate(WebhookEvent event) {
        registry.counter("processor.duplicates.late", "module", event.module()).increment();
    }

    /** Counts an event from before its record's deletion, or a deletion from before the record's newest change. */
    public void stale(WebhookEvent event) {
        registry.counter("processor.stale", "module", event.module()).increment();
    }

    /** @param reason one of a fixed set of short texts */
    public void rejected(String reason) {
        registry.counter("processor.rejected", "reason", reason).increment();
    }

    /** Counts an entry of the directory that cannot be read. */
    public void unreadableDirectoryEntry() {
        directoryUnreadable.increment();
    }

    /** Counts an event whose record has a time of change that cannot be read. */
    public void unreadableTime() {
        timeUnreadable.increment();
    }

    /** Counts a deleted record whose state expired. */
    public void recordExpired() {
        recordsExpired.increment();
    }

    /** Counts a record that Kafka did not take. */
    public void notProduced(String topic, Exception exception) {
        registry.counter(
                        "processor.production.failures",
                        "topic",
                        topic,
                        "exception",
                        exception.getClass().getSimpleName())
                .increment();
    }

    /** Counts a stream thread that failed. */
    public void threadFailed() {
        threadFailures.increment();
    }

    /** Registers gauges of the state stores' memory outside the heap. */
    public void observe(RocksDbMemory memory) {
        registry.gauge("processor.rocksdb.memory", memory, RocksDbMemory::usedBytes);
        registry.gauge("processor.rocksdb.memory.limit", memory, RocksDbMemory::limitBytes);
    }

    public void resolved(AccountFinder.Source source) {
        accounts.get(source).increment();
    }

    /** Counts an event whose record has a link with an invalid id. */
    public void badLink(WebhookEvent event) {
        registry.counter("processor.links.bad", "module", event.module()).increment();
    }

    /** Counts a record that was routed again because a parent told its account. */
    public void refiled(String module) {
        registry.counter("processor.refiled", "module", module).increment();
    }

    private Counter events(Routed routed) {
        return registry.counter(
                "processor.events",
                "module",
                routed.module(),
                "type",
                routed.type().wireName());
    }

    private Counter accounts(AccountFinder.Source source) {
        return registry.counter("processor.accounts", "source", source.name().toLowerCase(Locale.ROOT));
    }
}
