package io.webhookmemory.console.overview;

import io.webhookmemory.console.metrics.History;
import io.webhookmemory.console.metrics.Scraper;
import io.webhookmemory.console.metrics.Target;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** Watches the services: reads their metrics, evaluates the alerts and keeps the last hour for the charts. Thread-safe. */
public final class Overview implements AutoCloseable {
    private final Clock clock;
    private final History history = new History(Scraper.INTERVAL);
    private final Scraper scraper;
    private final Alerts alerts = new Alerts();
    private final Deque<Point> points = new ArrayDeque<>();
    private volatile State state;

    /**
     * The numbers of one time, for the charts; NaN where unknown.
     *
     * @param received events per second, like the next two
     */
    record Point(
            long second,
            double received,
            double routed,
            double synced,
            double processorLag,
            double sinkLag,
            double oldest,
            double deadLetters) {}

    /**
     * What the page shows.
     *
     * @param at when the metrics were read; null before the first time
     * @param services one row for each address
     */
    public record State(
            Instant at, FlowPicture wide, FlowPicture tall, List<Alerts.Alert> alerts, List<ServiceRow> services) {}

    /**
     * A row of the table of services.
     *
     * @param level ok, bad, or off for an optional service that is not in use
     */
    public record ServiceRow(String service, String address, String version, String level, String state) {}

    public Overview(List<Target> targets, Clock clock) {
        this.clock = clock;
        this.scraper = new Scraper(targets, history, clock, this::update);
        this.state = state(null, facts(clock.instant()), List.of());
    }

    public void start() {
        scraper.start();
    }

    public State state() {
        return state;
    }

    private Facts facts(Instant now) {
        return new Facts(history.at(now), scraper.instances(), history.knows("subscriptions"));
    }

    private void update() {
        Instant now = clock.instant();
        Facts facts = facts(now);
        state = state(now, facts, alerts.evaluate(facts, now));
        synchronized (points) {
            points.add(point(now, facts.metrics()));
            long oldest = now.minus(History.LENGTH).getEpochSecond();
            points.removeIf(point -> point.second() < oldest);
        }
    }

    private static State state(Instant now, Facts facts, List<Alerts.Alert> alerts) {
        FlowNumbers numbers = FlowNumbers.of(facts, alerts);
        return new State(now, FlowPicture.wide(numbers), FlowPicture.tall(numbers), alerts, services(facts));
    }

    private static List<ServiceRow> services(Facts facts) {
        List<ServiceRow> rows = new ArrayList<>();
        for (Scraper.Instance instance : facts.instances()) {
            List<Map<String, String>> builds = facts.metrics().labels("build_info", "service", instance.service());
            String version = builds.isEmpty() ? "–" : builds.get(0).getOrDefault("version", "–");
            double ready = facts.metrics().min("service_ready", "service", instance.service());
            if (!instance.isUp()) {
                boolean expected = facts.isExpected(instance.service());
                rows.add(new ServiceRow(
                        instance.service(),
                        instance.address(),
                        "–",
                        expected ? "bad" : "off",
                        expected ? instance.problem() : "not in use"));
            } else {
                rows.add(new ServiceRow(
                        instance.service(),
                        instance.address(),
                        version,
                        ready == 1 ? "ok" : "bad",
                        ready == 1 ? "ready" : "not ready"));
            }
        }
        return List.copyOf(rows);
    }

    private static Point point(Instant now, History.View metrics) {
        return new Point(
                now.getEpochSecond(),
                metrics.rate(FlowNumbers.RATE_WINDOW, "ingress_events_total"),
                metrics.rate(FlowNumbers.RATE_WINDOW, "processor_events_total"),
                metrics.rate(FlowNumbers.RATE_WINDOW, "sink_events_total"),
                metrics.max("ingress_queue_lag", "group", "stream-processor"),
                metrics.max("ingress_queue_lag", "group", "memory-sink"),
                metrics.max("sink_oldest_unsynced_age_seconds", "group", "memory-sink"),
                metrics.max("sink_dead_letters_waiting"));
    }

    List<Point> points() {
        synchronized (points) {
            return List.copyOf(points);
        }
    }

    @Override
    public void close() {
        scraper.close();
    }
}
