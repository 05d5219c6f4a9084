package io.webhookmemory.e2e.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.e2e.monitoring.MonitoringFiles.Alert;
import io.webhookmemory.e2e.monitoring.MonitoringFiles.Query;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Documentation, dashboards and rules speak of the same metrics. */
class MetricsCoverageTest {
    private static final String OURS =
            "(ingress|subscriptions|memory|processor|sink|service|zoho)_.*|build_info|kafka_(topics_recreated|positions_rewound)";
    /** Prometheus' own. */
    private static final Set<String> PROMETHEUS = Set.of("ALERTS", "up");

    @Test
    void every_metric_on_a_dashboard_or_in_a_rule_is_documented() {
        Set<String> used = new TreeSet<>(onDashboards());
        used.addAll(inRules());

        assertThat(used).hasSizeGreaterThan(50).allSatisfy(metric -> {
            if (metric.matches(OURS)) {
                assertThat(DocumentedMetrics.ours()).contains(Expressions.documentedName(metric));
            } else if (!PROMETHEUS.contains(metric)) {
                assertThat(DocumentedMetrics.ofLibraries()).contains(metric);
            }
        });
    }

    @Test
    void every_documented_metric_of_ours_is_on_a_dashboard() {
        Set<String> shown =
                onDashboards().stream().map(Expressions::documentedName).collect(Collectors.toSet());

        assertThat(shown).containsAll(DocumentedMetrics.ours());
    }

    @Test
    void the_libraries_metrics_that_are_documented_are_those_in_use() {
        Set<String> used = new TreeSet<>(onDashboards());
        used.addAll(inRules());

        assertThat(used).containsAll(DocumentedMetrics.ofLibraries());
    }

    private static Set<String> onDashboards() {
        return metrics(MonitoringFiles.queries().stream().map(Query::expression));
    }

    private static Set<String> inRules() {
        return metrics(MonitoringFiles.alerts().stream().map(Alert::expression));
    }

    private static Set<String> metrics(Stream<String> expressions) {
        return expressions
                .flatMap(expression -> Expressions.metrics(expression).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
