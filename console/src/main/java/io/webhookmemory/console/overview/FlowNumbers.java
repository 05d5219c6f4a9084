package io.webhookmemory.console.overview;

import io.webhookmemory.console.metrics.History;
import io.webhookmemory.console.overview.Condition.Place;
import io.webhookmemory.console.web.Text;
import java.time.Duration;
import java.util.List;

/**
 * What is written on each part of the picture.
 *
 * @param label the same in a sentence
 */
record FlowNumbers(
        Part zoho,
        Part ingress,
        Part webhooks,
        Part processor,
        Part modules,
        Part sink,
        Part cognee,
        Part subscriptions,
        Part deadLetters,
        String label) {
    static final Duration RATE_WINDOW = Duration.ofMinutes(1);
    private static final String PER_SECOND = "/s";

    record Part(String title, String kind, String level, String value, String detail, String state) {
        FlowPicture.Node at(int x, int y, int w, int h) {
            return new FlowPicture.Node(title, kind, level, value, detail, state, x, y, w, h);
        }
    }

    static FlowNumbers of(Facts facts, List<Alerts.Alert> alerts) {
        History.View metrics = facts.metrics();
        double received = metrics.rate(RATE_WINDOW, "ingress_events_total");
        double routed = metrics.rate(RATE_WINDOW, "processor_events_total");
        double synced = metrics.rate(RATE_WINDOW, "sink_events_total");
        double waiting = metrics.max("ingress_queue_lag", "group", "stream-processor");
        double toMemory = metrics.max("ingress_queue_lag", "group", "memory-sink");
        double oldest = metrics.max("sink_oldest_unsynced_age_seconds", "group", "memory-sink");
        double deadLetters = metrics.max("sink_dead_letters_waiting");
        return new FlowNumbers(
                zoho(metrics),
                part(facts, alerts, "ingress", Place.INGRESS, Text.rate(received) + PER_SECOND, "events received"),
                topic("zoho.webhooks", waiting),
                part(
                        facts,
                        alerts,
                        "stream-processor",
                        Place.PROCESSOR,
                        Text.rate(routed) + PER_SECOND,
                        "events routed"),
                topic("module topics", toMemory),
                part(
                        facts,
                        alerts,
                        "memory-sink",
                        Place.SINK,
                        Text.rate(synced) + PER_SECOND,
                        oldest > 0 ? "oldest " + Text.duration(oldest) : "nothing waits"),
                cognee(metrics, alerts),
                subscriptions(facts, alerts),
                new Part(
                        "dead letters",
                        "topic",
                        deadLetters > 0
                                ? worse("warn", level(alerts, Place.DEAD_LETTERS))
                                : level(alerts, Place.DEAD_LETTERS),
                        Text.count(deadLetters),
                        "waiting for you",
                        deadLetters > 0 ? "to handle" : ""),
                "The flow: Zoho CRM, ingress, zoho.webhooks, stream-processor, module topics, memory-sink, Cognee; "
                        + "subscriptions and dead letters beside it. "
                        + Text.rate(received) + " events per second received, " + Text.rate(synced)
                        + " per second in memory, " + Text.count(deadLetters) + " dead letters waiting.");
    }

    private static Part part(
            Facts facts, List<Alerts.Alert> alerts, String service, Place place, String value, String detail) {
        if (facts.isDown(service)) {
            long up = facts.up(service);
            return up == 0
                    ? new Part(service, "part", "bad", "–", "no response", "down")
                    : new Part(service, "part", "bad", value, "only " + up + " respond" + (up == 1 ? "s" : ""), "down");
        }
        boolean known = facts.instances().stream()
                .anyMatch(instance -> instance.service().equals(service));
        double ready = facts.metrics().min("service_ready", "service", service);
        if (!known || Double.isNaN(ready)) {
            return new Part(service, "part", "off", "–", "not seen yet", "");
        }
        if (ready == 0) {
            return new Part(service, "part", "bad", value, detail, "not ready");
        }
        String level = level(alerts, place);
        return new Part(service, "part", level, value, detail, level.equals("ok") ? "ready" : "alert");
    }

    private static Part topic(String name, double lag) {
        String level = Double.isNaN(lag) ? "off" : lag > 1000 ? "warn" : "ok";
        return new Part(name, "topic", level, Text.count(lag), "waiting", level.equals("warn") ? "behind" : "");
    }

    private static Part cognee(History.View metrics, List<Alerts.Alert> alerts) {
        double memory = metrics.max("sink_breaker_state", "target", "memory");
        double graphs = metrics.max("sink_breaker_state", "target", "graphs");
        String level = Double.isNaN(memory)
                ? "off"
                : memory == 2 ? "bad" : memory > 0 || graphs > 0 ? "warn" : level(alerts, Place.COGNEE);
        return new Part("Cognee", "outside", level, breaker(memory), "breaker", "graphs " + breaker(graphs));
    }

    /** The breaker exists only where the memory-sink reads records from Zoho's API. */
    private static Part zoho(History.View metrics) {
        double state = metrics.max("sink_breaker_state", "target", "zoho");
        return Double.isNaN(state)
                ? new Part("Zoho CRM", "outside", "ok", "", "", "")
                : new Part("Zoho CRM", "outside", state == 0 ? "ok" : "bad", breaker(state), "API breaker", "");
    }

    static String breaker(double state) {
        return Double.isNaN(state) ? "–" : state == 0 ? "closed" : state == 1 ? "half-open" : "open";
    }

    private static Part subscriptions(Facts facts, List<Alerts.Alert> alerts) {
        if (!facts.subscribed()) {
            return new Part("subscriptions", "part", "off", "–", "not in use", "");
        }
        double expiry = facts.metrics().min("subscriptions_expiry");
        return part(facts, alerts, "subscriptions", Place.SUBSCRIPTIONS, Text.duration(expiry), "to next expiry");
    }

    private static String level(List<Alerts.Alert> alerts, Place place) {
        return alerts.stream()
                .filter(alert -> alert.place() == place)
                .map(Alerts.Alert::level)
                .reduce("ok", FlowNumbers::worse);
    }

    private static String worse(String one, String other) {
        List<String> order = List.of("off", "ok", "warn", "bad");
        return order.indexOf(one) >= order.indexOf(other) ? one : other;
    }
}
