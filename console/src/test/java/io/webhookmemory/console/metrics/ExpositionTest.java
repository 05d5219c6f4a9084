package io.webhookmemory.console.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.webhookmemory.console.metrics.Exposition.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpositionTest {
    @Test
    void what_micrometer_writes_is_read_back() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        String odd = "a \"quoted\" \\ value, with {braces} and\nlines";
        Counter.builder("events").tag("reason", odd).register(registry).increment(3);
        Gauge.builder("nothing", () -> Double.NaN).register(registry);
        Gauge.builder("endless", () -> Double.POSITIVE_INFINITY).register(registry);
        Timer.builder("calls").publishPercentileHistogram().register(registry);

        List<Sample> samples = parse(registry.scrape());

        assertThat(samples).contains(new Sample("events_total", Map.of("reason", odd), 3));
        assertThat(samples).anySatisfy(sample -> {
            assertThat(sample.name()).isEqualTo("nothing");
            assertThat(sample.value()).isNaN();
        });
        assertThat(samples).contains(new Sample("endless", Map.of(), Double.POSITIVE_INFINITY));
        assertThat(samples).anySatisfy(sample -> {
            assertThat(sample.name()).isEqualTo("calls_seconds_bucket");
            assertThat(sample.labels()).containsEntry("le", "+Inf");
        });
    }

    @Test
    void times_are_ignored_and_lines_that_are_no_samples_are_skipped() {
        assertThat(parse("# HELP a b\na 1 1700000000000\n<html>\n\nb{x=\"y\",} 2\nc NotANumber\n"))
                .containsExactly(new Sample("a", Map.of(), 1), new Sample("b", Map.of("x", "y"), 2));
    }

    private static List<Sample> parse(String text) {
        List<Sample> samples = new ArrayList<>();
        Exposition.parse(text, samples::add);
        return samples;
    }
}
