package io.webhookmemory.console.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The metrics that the overview needs, of the last hour, in memory. Bounded: by {@link #NAMES}, by the number of series
 * and by the number of values of each. Thread-safe.
 */
public final class History {
    /** How long values are kept. */
    public static final Duration LENGTH = Duration.ofHours(1);

    private static final int MAX_SERIES = 3_000;

    private static final Set<String> NAMES = Set.of(
            "build_info",
            "ingress_events_total",
            "ingress_queue_capacity",
            "ingress_queue_lag",
            "ingress_queue_size",
            "ingress_rejected_total",
            "ingress_requests_total",
            "ingress_verification_failures_total",
            "jvm_gc_pause_seconds_sum",
            "jvm_memory_max_bytes",
            "jvm_memory_used_bytes",
            "kafka_positions_rewound",
            "kafka_stream_thread_process_total",
            "kafka_topics_recreated",
            "process_start_time_seconds",
            "process_uptime_seconds",
            "processor_duplicates_total",
            "processor_events_total",
            "processor_production_failures_total",
            "processor_rejected_total",
            "processor_thread_failures_total",
            "service_component_state",
            "service_ready",
            "sink_breaker_state",
            "sink_dead_letters_oldest_age_seconds",
            "sink_dead_letters_total",
            "sink_dead_letters_waiting",
            "sink_deferred_total",
            "sink_events_total",
            "sink_held_total",
            "sink_oldest_unsynced_age_seconds",
            "sink_retries_total",
            "subscriptions_expiry",
            "subscriptions_missing",
            "subscriptions_renew_before",
            "subscriptions_sweep_age",
            "subscriptions_sweep_interval",
            "zoho_credits_left");

    private final long intervalMillis;
    private final int capacity;
    private final Map<String, Map<Map<String, String>, Series>> series = new LinkedHashMap<>();
    /** When each instance was seen first. */
    private final Map<String, Instant> instances = new LinkedHashMap<>();

    private int count;

    /** @param interval between two values of a series */
    public History(Duration interval) {
        this.intervalMillis = interval.toMillis();
        this.capacity = (int) (LENGTH.toMillis() / intervalMillis) + 1;
    }

    synchronized void add(Instant time, Exposition.Sample sample) {
        if (!NAMES.contains(sample.name())) {
            return;
        }
        Map<Map<String, String>, Series> named = series.computeIfAbsent(sample.name(), name -> new LinkedHashMap<>());
        Series found = named.get(sample.labels());
        if (found == null) {
            if (count >= MAX_SERIES) {
                return;
            }
            found = new Series(capacity, zeroAt(time, sample.labels()));
            named.put(sample.labels(), found);
            count++;
        }
        found.add(time.toEpochMilli(), sample.value());
    }

    /** A counter that an instance adds while it is watched was 0 when the instance was seen first. */
    private long zeroAt(Instant time, Map<String, String> labels) {
        Instant first = instances.computeIfAbsent(instance(labels), name -> time);
        return first.isBefore(time) ? first.toEpochMilli() : Series.UNKNOWN;
    }

    private static String instance(Map<String, String> labels) {
        return labels.get("service") + " " + labels.get("instance_id");
    }

    /** Forgets series without a value of the last hour, such as those of an instance that is gone. */
    synchronized void forget(Instant now) {
        long oldest = now.minus(LENGTH).toEpochMilli();
        series.values().forEach(named -> named.values().removeIf(one -> one.time(one.size() - 1) < oldest));
        count = series.values().stream().mapToInt(Map::size).sum();
        instances
                .keySet()
                .retainAll(series.values().stream()
                        .flatMap(named -> named.keySet().stream())
                        .map(History::instance)
                        .collect(Collectors.toSet()));
    }

    /** Whether an instance of the service was seen within the last hour. */
    public synchronized boolean knows(String service) {
        return instances.keySet().stream().anyMatch(instance -> instance.startsWith(service + " "));
    }

    /** What the history says as of a time. */
    public View at(Instant now) {
        return new View(now);
    }

    /** Asks the history as of one time; a value is present as long as it is at most three intervals old. */
    public final class View {
        private final long now;

        private View(Instant now) {
            this.now = now.toEpochMilli();
        }

        /** The series of that name whose labels match, which are given as name, value, name, value… */
        private List<Series> matching(String name, String... labels) {
            List<Series> found = new ArrayList<>();
            series.getOrDefault(name, Map.of()).forEach((own, one) -> {
                if (matches(own, labels)) {
                    found.add(one);
                }
            });
            return found;
        }

        private static boolean matches(Map<String, String> own, String... labels) {
            for (int i = 0; i < labels.length; i += 2) {
                if (!labels[i + 1].equals(own.get(labels[i]))) {
                    return false;
                }
            }
            return true;
        }

        private double reduce(List<Series> wanted, ToDoubleFunction<Series> value, DoubleBinaryOperator operator) {
            return wanted.stream()
                    .mapToDouble(value)
                    .filter(number -> !Double.isNaN(number))
                    .reduce(operator)
                    .orElse(Double.NaN);
        }

        private long fresh() {
            return now - 3 * intervalMillis;
        }

        /** The greatest present value; NaN if there is none. */
        public double max(String name, String... labels) {
            synchronized (History.this) {
                return reduce(matching(name, labels), one -> one.latest(fresh()), Math::max);
            }
        }

        /** The least present value; NaN if there is none. */
        public double min(String name, String... labels) {
            synchronized (History.this) {
                return reduce(matching(name, labels), one -> one.latest(fresh()), Math::min);
            }
        }

        /** The sum of the increases of counters; NaN if there is none. */
        public double increase(Duration window, String name, String... labels) {
            synchronized (History.this) {
                return reduce(matching(name, labels), one -> one.increase(now - window.toMillis(), now), Double::sum);
            }
        }

        /** The sum of the rates of counters, per second, over the window or what is known of it; NaN if there is none. */
        public double rate(Duration window, String name, String... labels) {
            synchronized (History.this) {
                return reduce(
                        matching(name, labels),
                        one -> {
                            long begin = Math.max(now - window.toMillis(), one.begin());
                            return now > begin && !Double.isNaN(one.latest(fresh()))
                                    ? one.increase(begin, now) * 1000 / (now - begin)
                                    : Double.NaN;
                        },
                        Double::sum);
            }
        }

        /** The least of the greatest values at each time of the window; NaN unless the whole window is known. */
        public double minOfMax(Duration window, String name, String... labels) {
            synchronized (History.this) {
                List<Series> wanted = matching(name, labels);
                double least = Double.NaN;
                for (long time = now - window.toMillis(); time <= now; time += intervalMillis) {
                    double greatest = greatestAround(wanted, time);
                    if (Double.isNaN(greatest)) {
                        return Double.NaN;
                    }
                    least = Double.isNaN(least) ? greatest : Math.min(least, greatest);
                }
                return least;
            }
        }

        private double greatestAround(List<Series> wanted, long time) {
            double greatest = Double.NaN;
            for (Series one : wanted) {
                for (int i = one.size() - 1; i >= 0 && one.time(i) > time - 3 * intervalMillis; i--) {
                    if (one.time(i) <= time && !Double.isNaN(one.value(i))) {
                        greatest = Double.isNaN(greatest) ? one.value(i) : Math.max(greatest, one.value(i));
                        break;
                    }
                }
            }
            return greatest;
        }

        /** The greatest value of the window; NaN if there is none. */
        public double maxOver(Duration window, String name, String... labels) {
            synchronized (History.this) {
                return reduce(
                        matching(name, labels),
                        one -> {
                            double greatest = Double.NaN;
                            for (int i = 0; i < one.size(); i++) {
                                if (one.time(i) >= now - window.toMillis() && !Double.isNaN(one.value(i))) {
                                    greatest = Double.isNaN(greatest) ? one.value(i) : Math.max(greatest, one.value(i));
                                }
                            }
                            return greatest;
                        },
                        Math::max);
            }
        }

        /** How often a value changed in the window; the greatest of all series. */
        public double changes(Duration window, String name, String... labels) {
            synchronized (History.this) {
                return reduce(matching(name, labels), one -> one.changes(now - window.toMillis()), Math::max);
            }
        }

        /** The labels of present series. */
        public List<Map<String, String>> labels(String name, String... labels) {
            synchronized (History.this) {
                List<Map<String, String>> found = new ArrayList<>();
                series.getOrDefault(name, Map.of()).forEach((own, one) -> {
                    if (matches(own, labels) && one.size() > 0 && one.time(one.size() - 1) >= fresh()) {
                        found.add(own);
                    }
                });
                return found;
            }
        }
    }
}
