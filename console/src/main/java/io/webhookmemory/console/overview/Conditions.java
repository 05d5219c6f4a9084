package io.webhookmemory.console.overview;

import static io.webhookmemory.console.overview.Condition.compare;
import static io.webhookmemory.console.overview.Condition.when;
import static io.webhookmemory.console.overview.Condition.window;

import io.webhookmemory.console.metrics.History;
import io.webhookmemory.console.overview.Condition.Place;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * The conditions of the alert rules in {@code monitoring/prometheus/rules}, by the rules' names. Only conditions are
 * written here; severity, duration and words come from the rules themselves.
 */
final class Conditions {
    private static final String[] MEMORY = {"target", "memory"};
    private static final String[] DOCUMENTS = {"group", "memory-sink"};
    private static final String[] ROUTING = {"group", "stream-processor"};

    /** Rules that need more than an hour of history, or a function of Prometheus. Grafana and Prometheus show them. */
    static final Set<String> NOT_EVALUATED = Set.of(
            "NothingAcceptedForHours", "SweepFindsLostChanges", "KafkaAcksSlow", "BacklogGrowing", "HeapNearlyFull");

    static final List<Condition> ALL = List.of(
            // Every service
            new Condition("ServiceDown", Place.SERVICES, List.of("== 0"), Facts::isAnyDown),
            when("ServiceNotReady", Place.SERVICES, facts -> facts.metrics().min("service_ready"), "== 0"),
            when(
                    "ServiceRestarting",
                    Place.SERVICES,
                    facts -> facts.metrics().changes(window("[30m]"), "process_start_time_seconds"),
                    "> 2",
                    "[30m]"),
            when("KafkaAway", Place.SERVICES, component("kafka"), "> 0"),
            when("RedisAway", Place.INGRESS, component("redis"), "> 0"),
            when("GarbageCollectionHeavy", Place.SERVICES, Conditions::pauses, "> 0.1", "[5m]"),
            when(
                    "TopicRecreated",
                    Place.SERVICES,
                    facts -> facts.metrics().maxOver(window("[15m]"), "kafka_topics_recreated"),
                    "> 0",
                    "[15m]"),
            // ingress
            when("WebhooksNotStored", Place.INGRESS, Conditions::notStored, "> 0", "[5m]"),
            when("NothingAccepted", Place.INGRESS, increase("ingress_requests_total", "[10m]"), ">= 10", "[10m]")
                    .and(facts -> !(accepted(facts) > 0), "> 0"),
            when(
                            "VerificationFailures",
                            Place.INGRESS,
                            increase("ingress_verification_failures_total", "[10m]"),
                            "> 20",
                            "[10m]")
                    .and(
                            facts -> increase("ingress_verification_failures_total", "[10m]")
                                            .applyAsDouble(facts)
                                    > 0.1
                                            * increase("ingress_requests_total", "[10m]")
                                                    .applyAsDouble(facts),
                            "> 0.1 *"),
            when("WebhooksUnprocessable", Place.INGRESS, increase("ingress_rejected_total", "[15m]"), "> 0", "[15m]"),
            new Condition(
                    "BacklogFull",
                    Place.INGRESS,
                    List.of("max(ingress_queue_size) >= max(ingress_queue_capacity)"),
                    facts -> facts.metrics().max("ingress_queue_size")
                            >= facts.metrics().max("ingress_queue_capacity")),
            // stream-processor
            when("ProcessorNotRunning", Place.PROCESSOR, component("streams"), "== 2"),
            when(
                            "ProcessorStuck",
                            Place.PROCESSOR,
                            facts -> facts.metrics().minOfMax(window("[10m]"), "ingress_queue_lag", ROUTING),
                            "> 0",
                            "[10m")
                    .and(is(increase("kafka_stream_thread_process_total", "[10m]"), "== 0"), "== 0", "[10m]"),
            when("ProcessorLagging", Place.PROCESSOR, lag(ROUTING), "> 1000"),
            when(
                    "StreamThreadFailed",
                    Place.PROCESSOR,
                    increase("processor_thread_failures_total", "[15m]"),
                    "> 0",
                    "[15m]"),
            when("EventsRejected", Place.PROCESSOR, increase("processor_rejected_total", "[15m]"), "> 0", "[15m]"),
            when(
                    "RecordsNotTaken",
                    Place.PROCESSOR,
                    increase("processor_production_failures_total", "[15m]"),
                    "> 0",
                    "[15m]"),
            // memory-sink
            when("MemoryAway", Place.COGNEE, breaker("memory"), "> 0"),
            when("GraphsAway", Place.COGNEE, breaker("graphs"), "> 0"),
            when("ZohoAway", Place.SINK, breaker("zoho"), "> 0"),
            when("EventUnsyncedForLong", Place.SINK, Conditions::oldest, "> 900"),
            when("EventUnsyncedForTooLong", Place.SINK, Conditions::oldest, "> 4 * 3600"),
            when(
                            "SinkStuck",
                            Place.SINK,
                            facts -> facts.metrics().minOfMax(window("[15m]"), "ingress_queue_lag", DOCUMENTS),
                            "> 0",
                            "[15m")
                    .and(Conditions::nothingMoves, "== 0", "[15m]"),
            when("SinkLagging", Place.SINK, lag(DOCUMENTS), "> 1000"),
            when("DeadLetters", Place.DEAD_LETTERS, increase("sink_dead_letters_total", "[15m]"), "> 0", "[15m]"),
            when("DeadLettersMany", Place.DEAD_LETTERS, increase("sink_dead_letters_total", "[15m]"), "> 100", "[15m]"),
            when("DeadLettersWaiting", Place.DEAD_LETTERS, Conditions::oldestDeadLetter, "> 86400"),
            when("DeadLettersExpiring", Place.DEAD_LETTERS, Conditions::oldestDeadLetter, "> 23 * 86400"),
            when("RetriesHigh", Place.SINK, increase("sink_retries_total", "[10m]"), "> 20", "[10m]")
                    .and(
                            facts -> increase("sink_retries_total", "[10m]").applyAsDouble(facts)
                                    > 0.2
                                            * increase("sink_events_total", "[10m]")
                                                    .applyAsDouble(facts),
                            "> 0.2 *"),
            // Zoho
            new Condition(
                    "ChannelExpiryNear",
                    Place.SUBSCRIPTIONS,
                    List.of("< 0.5 * max(subscriptions_renew_before)"),
                    facts -> facts.metrics().min("subscriptions_expiry")
                            < 0.5 * facts.metrics().max("subscriptions_renew_before")),
            when("ChannelMissing", Place.SUBSCRIPTIONS, facts -> facts.metrics().max("subscriptions_missing"), "> 0"),
            when("RenewalFailing", Place.SUBSCRIPTIONS, component("channels"), "> 0"),
            new Condition(
                    "SubscriptionsUnattended",
                    Place.SUBSCRIPTIONS,
                    List.of("count(subscriptions_expiry) unless"),
                    facts -> !facts.metrics().labels("subscriptions_expiry").isEmpty()
                            && Double.isNaN(facts.metrics().max("subscriptions_expiry"))),
            new Condition(
                    "SweepTooOld",
                    Place.SUBSCRIPTIONS,
                    List.of("> 3 * max(subscriptions_sweep_interval)"),
                    facts -> facts.metrics().max("subscriptions_sweep_age")
                            > 3 * facts.metrics().max("subscriptions_sweep_interval")),
            when("MemoryDrift", Place.COGNEE, facts -> facts.metrics().max("memory_drift"), "> 0"),
            new Condition(
                    "AuditTooOld",
                    Place.SUBSCRIPTIONS,
                    List.of("> 2 * max(memory_audit_interval)"),
                    facts -> facts.metrics().max("memory_audit_age")
                            > 2 * facts.metrics().max("memory_audit_interval")),
            when("ZohoCreditsLow", Place.SUBSCRIPTIONS, facts -> facts.metrics().min("zoho_credits_left"), "< 1000"));

    private Conditions() {}

    private static ToDoubleFunction<Facts> component(String name) {
        return facts -> facts.metrics().max("service_component_state", "component", name);
    }

    private static ToDoubleFunction<Facts> breaker(String target) {
        return facts -> facts.metrics().max("sink_breaker_state", "target", target);
    }

    private static ToDoubleFunction<Facts> lag(String[] group) {
        return facts -> facts.metrics().max("ingress_queue_lag", group);
    }

    private static ToDoubleFunction<Facts> increase(String name, String within) {
        return facts -> facts.metrics().increase(window(within), name);
    }

    private static Predicate<Facts> is(ToDoubleFunction<Facts> value, String comparison) {
        return facts -> compare(value.applyAsDouble(facts), comparison);
    }

    private static double oldest(Facts facts) {
        return facts.metrics().max("sink_oldest_unsynced_age_seconds", DOCUMENTS);
    }

    private static double oldestDeadLetter(Facts facts) {
        return facts.metrics().max("sink_dead_letters_oldest_age_seconds");
    }

    private static double notStored(Facts facts) {
        double most = Double.NaN;
        for (String outcome : List.of("not_acknowledged", "window_full", "busy", "overflow", "internal")) {
            double rate = facts.metrics().rate(window("[5m]"), "ingress_requests_total", "outcome", outcome);
            most = Double.isNaN(most) ? rate : Math.max(most, Double.isNaN(rate) ? 0 : rate);
        }
        return most;
    }

    private static double accepted(Facts facts) {
        History.View metrics = facts.metrics();
        return orZero(metrics.increase(window("[10m]"), "ingress_requests_total", "outcome", "accepted"))
                + orZero(metrics.increase(window("[10m]"), "ingress_requests_total", "outcome", "duplicate"));
    }

    private static boolean nothingMoves(Facts facts) {
        History.View metrics = facts.metrics();
        double moved = 0;
        for (String name :
                List.of("sink_events_total", "sink_retries_total", "sink_deferred_total", "sink_dead_letters_total")) {
            moved += orZero(metrics.increase(window("[15m]"), name));
        }
        moved += orZero(metrics.increase(window("[15m]"), "sink_held_total", "cause", "busy"));
        moved += orZero(metrics.maxOver(window("[15m]"), "sink_breaker_state", MEMORY));
        moved += orZero(metrics.maxOver(window("[15m]"), "sink_breaker_state", "target", "zoho"));
        return moved == 0;
    }

    private static double pauses(Facts facts) {
        double most = Double.NaN;
        for (Map<String, String> own : facts.metrics().labels("service_ready")) {
            double rate = facts.metrics()
                    .rate(
                            window("[5m]"),
                            "jvm_gc_pause_seconds_sum",
                            "service",
                            own.getOrDefault("service", ""),
                            "instance_id",
                            own.getOrDefault("instance_id", ""));
            most = Double.isNaN(most) ? rate : Math.max(most, Double.isNaN(rate) ? 0 : rate);
        }
        return most;
    }

    private static double orZero(double value) {
        return Double.isNaN(value) ? 0 : value;
    }
}
