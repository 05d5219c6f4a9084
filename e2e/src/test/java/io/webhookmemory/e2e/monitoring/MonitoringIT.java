package io.webhookmemory.e2e.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.e2e.monitoring.MonitoringFiles.Alert;
import io.webhookmemory.e2e.monitoring.MonitoringFiles.Query;
import io.webhookmemory.testkit.InstalledTools;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real Prometheus scrapes the running pipeline, and is asked what the dashboards and the alert rules would ask it. */
class MonitoringIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** All but those of libraries. */
    /** Without the names of release 0.1, under which the subscriptions service repeats its metrics for one release. */
    private static final Pattern SHOWN = Pattern.compile("(?m)^# TYPE ((?!jvm_|process_|system_"
            + "|kafka_(?!topics_recreated|positions_rewound)|ingress_subscriptions_|ingress_sweep_)\\w+)");

    /** Series of which there may be none in this test, and why. */
    private static final Map<String, String> KNOWN_EMPTY = Map.of(
            "sink_deferred_total", "nothing is deferred unless a dataset has much waiting or a graph takes long",
            "sink_put_off_total", "the old name of sink_deferred_total",
            "sink_held_total", "nothing is held unless a dataset is locked or a breaker opens",
            "processor_production_failures_total", "Kafka takes everything here",
            "processor_refiled_total", "no parent becomes known after its child, unless the machine is busy",
            "processor_links_bad_total", "every link is well formed here",
            "processor_duplicates_late_total", "no repeat comes after an hour here");

    /** What fires here as it should: these things did happen a moment ago. */
    private static final Set<String> EXPECTED_TO_FIRE =
            Set.of("DeadLetters", "EventsRejected", "WebhooksUnprocessable");

    @TempDir
    private static Path directory;

    private static BusyPipeline pipeline;
    private static PrometheusServer prometheus;

    @BeforeAll
    static void start() throws Exception {
        pipeline = BusyPipeline.start();
        if (!InstalledTools.isOnPath("prometheus")) {
            pipeline.work(1);
            return;
        }
        prometheus = PrometheusServer.start(
                directory,
                Map.of(
                        "ingress", pipeline.managementPort("INGRESS"),
                        "subscriptions", pipeline.managementPort("SUBSCRIPTIONS"),
                        "stream-processor", pipeline.managementPort("STREAM_PROCESSOR"),
                        "memory-sink", pipeline.managementPort("MEMORY_SINK")));
        await().atMost(LIMIT).until(() -> prometheus.query("up == 1").count() == 4);
        // Twice: a counter that came into being between two looks has no rate until it moves again.
        pipeline.work(1);
        prometheus.awaitScrape();
        pipeline.work(2);
    }

    @AfterAll
    static void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
        if (pipeline != null) {
            pipeline.close();
        }
    }

    @Test
    void every_query_of_a_dashboard_returns_data() {
        InstalledTools.require("prometheus", "prometheus");
        List<Query> queries = MonitoringFiles.queries().stream()
                .filter(query -> !isKnownEmpty(query.expression()))
                .toList();

        awaitNone(() -> queries.stream()
                .filter(query -> !prometheus.hasData(Expressions.filledIn(query.expression())))
                .map(Query::toString)
                .toList());
    }

    @Test
    void every_alert_expression_is_understood_and_all_series_it_looks_at_exist() {
        InstalledTools.require("prometheus", "prometheus");
        List<Alert> alerts = MonitoringFiles.alerts();
        alerts.forEach(alert -> prometheus.query(alert.expression()));

        Set<String> selectors = alerts.stream()
                .flatMap(alert -> Expressions.selectors(alert.expression()).stream())
                .filter(selector -> !isKnownEmpty(selector))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(selectors).hasSizeGreaterThan(30);
        awaitNone(() -> selectors.stream()
                .filter(selector -> !prometheus.hasData(selector))
                .toList());
    }

    @Test
    void nothing_fires_but_what_did_happen() {
        InstalledTools.require("prometheus", "prometheus");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(firing()).containsAll(EXPECTED_TO_FIRE));

        assertThat(firing()).isEqualTo(EXPECTED_TO_FIRE);
        assertThat(prometheus.query("ALERTS{alertstate=\"firing\",alertname=\"DeadLetters\"}"))
                .singleElement()
                .satisfies(alert ->
                        assertThat(alert.path("metric").path("reason").asText()).isEqualTo("http_415"));
    }

    @Test
    void every_rule_is_evaluated_without_an_error() {
        InstalledTools.require("prometheus", "prometheus");
        assertThat(prometheus.query("sum(prometheus_rule_evaluation_failures_total) > 0"))
                .isEmpty();
    }

    @Test
    void every_metric_of_ours_that_is_shown_is_documented_and_every_documented_one_is_shown() {
        Set<String> shown = SHOWN.matcher(pipeline.metrics())
                .results()
                .map(match -> Expressions.documentedName(match.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> documented = DocumentedMetrics.ours();
        KNOWN_EMPTY.keySet().stream().map(Expressions::documentedName).forEach(series -> {
            documented.remove(series);
            shown.remove(series);
        });

        assertThat(shown).isEqualTo(documented);
    }

    static List<String> linesOfTheRunbook() {
        return Pattern.compile("(?m)`(curl [^`]+)`|^(curl .+|for .+)$")
                .matcher(MonitoringFiles.runbook())
                .results()
                .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("linesOfTheRunbook")
    void a_line_of_the_runbook_shows_something(String line) throws Exception {
        InstalledTools.require("curl", "curl");
        String here = line.replace("9101", String.valueOf(pipeline.managementPort("INGRESS")))
                .replace("9102", String.valueOf(pipeline.managementPort("STREAM_PROCESSOR")))
                .replace("9103", String.valueOf(pipeline.managementPort("MEMORY_SINK")))
                .replace("9104", String.valueOf(pipeline.managementPort("SUBSCRIPTIONS")));

        Process shell =
                new ProcessBuilder("sh", "-c", here).redirectErrorStream(true).start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(shell.waitFor()).isZero();
        assertThat(output).containsAnyOf("\"components\"", "ingress_");
    }

    private static Set<String> firing() {
        return prometheus
                .query("ALERTS{alertstate=\"firing\"}")
                .map(alert -> alert.path("metric").path("alertname").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isKnownEmpty(String expression) {
        return KNOWN_EMPTY.keySet().stream().anyMatch(expression::contains);
    }

    private static void awaitNone(java.util.function.Supplier<Collection<String>> missing) {
        List<String> last = new ArrayList<>();
        await().atMost(LIMIT).untilAsserted(() -> {
            last.clear();
            last.addAll(missing.get());
            assertThat(last).isEmpty();
        });
    }
}
