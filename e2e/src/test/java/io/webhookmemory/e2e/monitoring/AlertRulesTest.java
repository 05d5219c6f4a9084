package io.webhookmemory.e2e.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.e2e.monitoring.MonitoringFiles.Alert;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every alert says what it is, has its entry in the runbook, and fires and keeps quiet in unit tests of its own. */
class AlertRulesTest {
    private static final List<Alert> ALERTS = MonitoringFiles.alerts();
    /** As {@code Dashboard *memory-sink*, *Calls to Cognee*}. */
    private static final Pattern NAMED_PANEL = Pattern.compile("ashboard\\s\\*([^*]+)\\*,\\s\\*([^*]+)\\*");

    @Test
    void every_alert_has_a_severity_and_says_what_is_wrong() {
        Set<String> dashboards = MonitoringFiles.dashboards().stream()
                .map(board -> "/d/" + board.path("uid").asText())
                .collect(Collectors.toSet());

        assertThat(ALERTS).hasSizeGreaterThan(30).extracting(Alert::name).doesNotHaveDuplicates();
        assertThat(ALERTS).allSatisfy(alert -> {
            JsonNode annotations = alert.body().path("annotations");
            assertThat(alert.body().path("labels").path("severity").asText()).isIn("critical", "warning");
            assertThat(annotations.path("summary").asText()).isNotBlank();
            assertThat(annotations.path("description").asText()).endsWith(".");
            assertThat(annotations.path("dashboard").asText()).isIn(dashboards);
            assertThat(annotations.path("runbook_url").asText())
                    .isEqualTo("docs/runbook.md#" + alert.name().toLowerCase(Locale.ROOT));
        });
    }

    @Test
    void every_alert_has_its_entry_in_the_runbook_and_every_entry_its_alert() {
        assertThat(MonitoringFiles.runbookEntries())
                .containsExactlyInAnyOrderElementsOf(
                        ALERTS.stream().map(Alert::name).toList());
    }

    @Test
    void every_entry_says_what_the_alert_means_where_to_look_and_what_to_do() {
        assertThat(MonitoringFiles.runbook().split("(?m)^### "))
                .hasSize(ALERTS.size() + 1)
                .filteredOn(entry -> !entry.isBlank() && Character.isUpperCase(entry.charAt(0)))
                .hasSize(ALERTS.size())
                .allSatisfy(entry -> assertThat(entry).containsSubsequence("**Means:**", "**Look:**", "**Do:**"));
    }

    @Test
    void every_panel_that_the_runbook_names_is_on_its_dashboard() {
        Set<String> panels = MonitoringFiles.dashboards().stream()
                .flatMap(board -> MonitoringFiles.elements(board.path("panels"))
                        .map(panel -> board.path("title").asText().replace("Webhook memory: ", "") + ", "
                                + panel.path("title").asText()))
                .collect(Collectors.toSet());

        assertThat(NAMED_PANEL.matcher(MonitoringFiles.runbook()).results().toList())
                .hasSizeGreaterThan(3)
                .allSatisfy(named -> assertThat(panels).contains(named.group(1) + ", " + named.group(2)));
    }

    @Test
    void counters_are_looked_at_as_rates() {
        assertThat(ALERTS)
                .allSatisfy(alert -> assertThat(alert.expression()
                                // What appeared anew has no rate yet.
                                .replaceAll("\\w+ unless \\w+_total offset", "")
                                .replaceAll("(?:rate|increase)\\(\\w+_total", ""))
                        .doesNotContain("_total"));
    }

    @Test
    void the_unit_tests_have_every_alert_fire_and_keep_quiet() {
        List<String> fires = new ArrayList<>();
        List<String> keepsQuiet = new ArrayList<>();
        MonitoringFiles.files(MonitoringFiles.PROMETHEUS.resolve("tests"), ".yml").stream()
                .flatMap(file ->
                        MonitoringFiles.elements(MonitoringFiles.yaml(file).path("tests")))
                .flatMap(test -> MonitoringFiles.elements(test.path("promql_expr_test")))
                .forEach(check -> {
                    // An alias is read as its name, and that is the alert's.
                    String alert = check.path("expr").asText().replaceAll(".*alertname=\"(\\w+)\".*", "$1");
                    (check.path("exp_samples").isEmpty() ? keepsQuiet : fires).add(alert);
                });

        List<String> names = ALERTS.stream().map(Alert::name).toList();
        assertThat(Set.copyOf(fires)).containsExactlyInAnyOrderElementsOf(names);
        assertThat(Set.copyOf(keepsQuiet)).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void promtool_finds_configuration_and_rules_valid() throws Exception {
        assertThat(Promtool.run("check", "config", file("prometheus.yml"))).contains("SUCCESS", "rule files found");
        assertThat(Promtool.run(arguments(List.of("check", "rules"), "rules"))).contains("rules found");
    }

    @Test
    void promtool_s_unit_tests_of_the_rules_pass() throws Exception {
        assertThat(Promtool.run(arguments(List.of("test", "rules"), "tests"))).contains("SUCCESS");
    }

    private static String file(String name) {
        return MonitoringFiles.PROMETHEUS.resolve(name).toString();
    }

    private static String[] arguments(List<String> command, String folder) {
        List<String> arguments = new ArrayList<>(command);
        MonitoringFiles.files(MonitoringFiles.PROMETHEUS.resolve(folder), ".yml").stream()
                .map(Path::toString)
                .forEach(arguments::add);
        return arguments.toArray(String[]::new);
    }
}
