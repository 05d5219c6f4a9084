package io.webhookmemory.console.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Map<String, String> SINK = Map.of("service", "memory-sink", "instance_id", "a");

    private final History history = new History(INTERVAL);
    private Instant now = Instant.parse("2026-11-27T12:00:00Z");

    @Test
    void a_counter_that_falls_began_again_at_zero() {
        for (double value : new double[] {10, 15, 2, 4}) {
            add("sink_events_total", value);
        }

        assertThat(history.at(now).increase(Duration.ofMinutes(1), "sink_events_total"))
                .isEqualTo(9);
    }

    @Test
    void a_counter_that_a_known_instance_adds_counts_as_a_whole() {
        add("service_ready", 1);
        add("sink_dead_letters_total", 1);

        assertThat(history.at(now).increase(Duration.ofMinutes(15), "sink_dead_letters_total"))
                .isEqualTo(1);
    }

    @Test
    void its_rate_is_counted_from_when_the_instance_was_seen_first() {
        add("service_ready", 1);
        add("service_ready", 1);
        add("sink_dead_letters_total", 20);

        assertThat(history.at(now).rate(Duration.ofMinutes(1), "sink_dead_letters_total"))
                .isEqualTo(2);
    }

    @Test
    void what_it_counted_before_a_window_is_not_of_the_window() {
        add("service_ready", 1);
        for (int i = 0; i < 20; i++) {
            add("sink_dead_letters_total", 100);
        }

        assertThat(history.at(now).increase(Duration.ofMinutes(1), "sink_dead_letters_total"))
                .isZero();
    }

    @Test
    void a_counter_that_was_there_when_the_console_began_to_look_counts_from_then() {
        add("sink_dead_letters_total", 7);
        add("sink_dead_letters_total", 7);

        assertThat(history.at(now).increase(Duration.ofMinutes(15), "sink_dead_letters_total"))
                .isZero();
    }

    @Test
    void a_value_is_unknown_once_it_is_three_intervals_old() {
        add("service_ready", 1);

        assertThat(history.at(now.plusSeconds(15)).min("service_ready")).isEqualTo(1);
        assertThat(history.at(now.plusSeconds(16)).min("service_ready")).isNaN();
    }

    @Test
    void an_hour_is_kept_and_series_of_instances_that_are_gone_are_forgotten() {
        add("sink_events_total", 1);
        now = now.plus(History.LENGTH).plusSeconds(1);
        history.forget(now);

        assertThat(history.at(now).maxOver(Duration.ofHours(2), "sink_events_total"))
                .isNaN();
    }

    @Test
    void the_least_of_a_window_is_unknown_until_the_window_is_known() {
        for (int i = 0; i < 13; i++) {
            add("ingress_queue_lag", i == 6 ? 2 : 5);
        }

        assertThat(history.at(now).minOfMax(Duration.ofMinutes(1), "ingress_queue_lag"))
                .isEqualTo(2);
        assertThat(history.at(now).minOfMax(Duration.ofMinutes(2), "ingress_queue_lag"))
                .isNaN();
    }

    @Test
    void other_metrics_are_not_kept() {
        add("jvm_threads_live_threads", 20);

        assertThat(history.at(now).max("jvm_threads_live_threads")).isNaN();
    }

    private void add(String name, double value) {
        now = now.plus(INTERVAL);
        history.add(now, new Exposition.Sample(name, SINK, value));
    }
}
