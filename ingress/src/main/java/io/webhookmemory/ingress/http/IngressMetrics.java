package io.webhookmemory.ingress.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.webhookmemory.ingress.auth.Verdict;
import io.webhookmemory.zoho.webhook.Parsed;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The metrics of the ingress: those for Prometheus, and the totals of {@code /webhooks/metrics}. Thread-safe. */
public final class IngressMetrics {
    private static final Pattern LIST_INDEX = Pattern.compile("\\[\\d+]");
    /** The fields that may be invalid in a webhook or one of its records. */
    private static final List<String> REJECTED_FIELDS = List.of(
            "X-Zoho-Event-Id",
            "id",
            "Modified_Time",
            "module",
            "operation",
            "event_type",
            "data",
            "data.id",
            "data.Modified_Time",
            "record_id",
            "record_data",
            "timestamp",
            "ids",
            "server_time");

    private final MeterRegistry registry;
    private final Map<Total, LongAdder> totals = new EnumMap<>(Total.class);
    // Cached, since a look-up in the registry builds a meter id for every webhook.
    private final Map<String, Counter> requests = new ConcurrentHashMap<>();
    private final Map<String, Counter> verified = new ConcurrentHashMap<>();
    private final Counter events;
    private final Counter withoutTime;
    private final Counter reusedEventIds;
    private final Counter unreadableTimes;
    private final Counter repaired;
    private final Counter tooLarge;
    private final Timer ack;

    /** The counters of the original service, since the start of this instance. */
    public enum Total {
        /** Webhooks received. */
        EVENTS,
        /** Webhooks whose sender was authenticated. */
        VERIFIED,
        /** Webhooks refused: not authenticated, not JSON, unprocessable, too large. */
        REJECTED,
        /** Webhooks that are duplicates. */
        DUPLICATED,
        /** Webhooks that Kafka acknowledged. */
        QUEUED,
        /** Webhooks that Kafka did not acknowledge. */
        FAILED
    }

    /** Counters with known tags start at 0: Prometheus sees no increase if a series starts at 1. */
    public IngressMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Verdict.Reason reason : Verdict.Reason.values()) {
            denials(reason);
        }
        events = registry.counter("ingress.events");
        withoutTime = registry.counter("ingress.events.without.time");
        reusedEventIds = registry.counter("ingress.event.id.reused");
        unreadableTimes = registry.counter("ingress.time.unreadable");
        repaired = registry.counter("ingress.json.repaired");
        tooLarge = rejections("too_many_events");
        REJECTED_FIELDS.forEach(this::rejections);
        Stream.of(Parsed.Unreadable.Reason.values()).map(IngressMetrics::word).forEach(this::rejections);
        for (Total total : Total.values()) {
            totals.put(total, new LongAdder());
        }
        ack = Timer.builder("ingress.ack")
                .description("From authentication to Kafka's acknowledgement")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(60))
                .register(registry);
    }

    public void count(Total total) {
        totals.get(total).increment();
    }

    public long total(Total total) {
        return totals.get(total).sum();
    }

    /** Registers the counter of an outcome, so that it starts at 0. */
    public void expect(String outcome) {
        requests(outcome);
    }

    /** @param outcome a short stable word, such as {@code accepted} or {@code not_json} */
    public void request(String outcome) {
        requests(outcome).increment();
    }

    private Counter requests(String outcome) {
        return requests.computeIfAbsent(outcome, word -> registry.counter("ingress.requests", "outcome", word));
    }

    public void verified(Verdict.Verified verdict) {
        // The verdict is no key: it names the channel, and the number of channels is unbounded.
        String source = verdict.source().wireName();
        String key = String.valueOf(verdict.key());
        verified.computeIfAbsent(
                        source + key, unused -> registry.counter("ingress.verified", "source", source, "key", key))
                .increment();
    }

    public void denied(Verdict.Reason reason) {
        denials(reason).increment();
    }

    private Counter denials(Verdict.Reason reason) {
        return registry.counter(
                "ingress.verification.failures", "reason", reason.name().toLowerCase(Locale.ROOT));
    }

    /** Counts events without a time of change. */
    public void withoutTime(int events) {
        withoutTime.increment(events);
    }

    /** Counts unreadable times and repaired JSON in a parsed webhook. */
    public void parsed(Parsed.Events webhook) {
        unreadableTimes.increment(webhook.unreadableTimes());
        if (webhook.repaired()) {
            repaired.increment();
        }
    }

    /** Counts an event id that its sender has used before with other content. */
    public void reusedEventId() {
        reusedEventIds.increment();
    }

    /** Counts a webhook, or a record of one, that was rejected because of a field. */
    public void rejected(String field) {
        rejections(LIST_INDEX.matcher(field).replaceAll("")).increment();
    }

    /** Counts a webhook that was rejected because it is unreadable. */
    public void rejected(Parsed.Unreadable.Reason reason) {
        rejections(word(reason)).increment();
    }

    /** Counts a webhook that was rejected because it results in too many events. */
    public void rejectedTooLarge() {
        tooLarge.increment();
    }

    private Counter rejections(String reason) {
        return registry.counter("ingress.rejected", "reason", reason);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** @param acknowledged events of one acknowledged webhook */
    public void acknowledged(long nanos, int acknowledged) {
        ack.record(Duration.ofNanos(nanos));
        this.events.increment(acknowledged);
    }
}
