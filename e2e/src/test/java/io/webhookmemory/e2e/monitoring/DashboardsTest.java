package io.webhookmemory.e2e.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Rectangle;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dashboards' structure. Grafana itself is not there to ask, so what it needs is checked field by field. */
class DashboardsTest {
    private static final int COLUMNS = 24;
    private static final Set<String> PANEL_TYPES = Set.of("stat", "timeseries", "state-timeline", "table");
    private static final Set<String> UNITS = Set.of("short", "s", "ms", "bytes", "ops", "reqps", "percentunit");
    private static final Set<String> FIELDS_OF_A_PANEL = Set.of(
            "id",
            "type",
            "title",
            "description",
            "gridPos",
            "datasource",
            "links",
            "targets",
            "fieldConfig",
            "options");
    private static final Set<String> FIELDS_OF_A_TARGET =
            Set.of("refId", "datasource", "expr", "legendFormat", "instant", "range", "format");

    static List<JsonNode> dashboards() {
        return MonitoringFiles.dashboards();
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void it_has_a_fixed_uid_a_title_and_a_schema(JsonNode dashboard) {
        assertThat(dashboard.path("uid").asText()).matches("webhook-memory-[a-z-]{1,25}");
        assertThat(dashboard.path("title").asText()).startsWith("Webhook memory: ");
        assertThat(dashboard.path("description").asText()).isNotBlank();
        assertThat(dashboard.path("schemaVersion").asInt()).isEqualTo(39);
        // An id is a database's; with one, provisioning elsewhere overwrites another dashboard or fails.
        assertThat(dashboard.has("id")).isFalse();
        assertThat(dashboard.path("panels")).isNotEmpty();
    }

    @Test
    void each_is_a_file_of_its_uid_s_name() {
        assertThat(MonitoringFiles.files(MonitoringFiles.DASHBOARDS, ".json"))
                .extracting(file ->
                        "webhook-memory-" + file.getFileName().toString().replace(".json", ""))
                .containsExactlyElementsOf(dashboards().stream()
                        .map(board -> board.path("uid").asText())
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void the_data_source_is_a_variable_everywhere(JsonNode dashboard) {
        assertThat(variables(dashboard)).contains("datasource", "runbook");
        assertThat(dashboard.findValues("datasource")).hasSizeGreaterThan(3).allSatisfy(source -> {
            assertThat(source.path("type").asText()).isEqualTo("prometheus");
            assertThat(source.path("uid").asText()).isEqualTo("${datasource}");
        });
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void every_variable_used_is_declared_and_every_one_declared_is_used(JsonNode dashboard) {
        Set<String> used = Pattern.compile("\\$\\{?([a-z]+)}?")
                .matcher(dashboard.toString())
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());

        assertThat(variables(dashboard)).isEqualTo(used);
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void panels_lie_on_the_grid_without_overlapping_and_without_gaps(JsonNode dashboard) {
        List<Rectangle> places = MonitoringFiles.elements(dashboard.path("panels"))
                .map(panel -> panel.path("gridPos"))
                .map(grid -> new Rectangle(
                        grid.path("x").asInt(-1),
                        grid.path("y").asInt(-1),
                        grid.path("w").asInt(),
                        grid.path("h").asInt()))
                .toList();

        int height =
                places.stream().mapToInt(place -> place.y + place.height).max().orElseThrow();
        assertThat(places)
                .allSatisfy(place -> assertThat(new Rectangle(0, 0, COLUMNS, height).contains(place))
                        .isTrue());
        for (Rectangle place : places) {
            assertThat(places).filteredOn(place::intersects).containsExactly(place);
        }
        assertThat(places.stream().mapToInt(place -> place.width * place.height).sum())
                .isEqualTo(COLUMNS * height);
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void every_panel_says_what_it_shows_in_which_unit(JsonNode dashboard) {
        List<JsonNode> panels =
                MonitoringFiles.elements(dashboard.path("panels")).toList();
        assertThat(panels).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
        assertThat(panels).extracting(panel -> panel.path("title").asText()).doesNotHaveDuplicates();
        assertThat(panels).allSatisfy(panel -> {
            assertThat(panel.path("type").asText()).isIn(PANEL_TYPES);
            assertThat(FIELDS_OF_A_PANEL).containsAll(names(panel));
            assertThat(panel.path("description").asText()).endsWith(".");
            JsonNode defaults = panel.path("fieldConfig").path("defaults");
            assertThat(defaults.path("unit").asText()).isIn(UNITS);
            assertThat(panel.path("fieldConfig").path("overrides").isArray()).isTrue();
            assertThat(panel.path("targets")).isNotEmpty().allSatisfy(target -> {
                assertThat(FIELDS_OF_A_TARGET).containsAll(names(target));
                assertThat(target.path("expr").asText()).isNotBlank();
            });
            assertThat(MonitoringFiles.elements(panel.path("targets"))
                            .map(target -> target.path("refId").asText()))
                    .doesNotHaveDuplicates();
        });
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void thresholds_begin_at_the_bottom_and_rise(JsonNode dashboard) {
        for (JsonNode thresholds : dashboard.findValues("thresholds")) {
            List<JsonNode> steps =
                    MonitoringFiles.elements(thresholds.path("steps")).toList();
            assertThat(thresholds.path("mode").asText()).isEqualTo("absolute");
            assertThat(steps.get(0).path("value").isNull()).isTrue();
            assertThat(steps.stream()
                            .skip(1)
                            .map(step -> step.path("value").asDouble())
                            .toList())
                    .isSorted();
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void links_lead_to_dashboards_and_runbook_entries_that_there_are(JsonNode dashboard) {
        Set<String> there = Stream.concat(
                        dashboards().stream()
                                .map(board -> "/d/" + board.path("uid").asText()),
                        Stream.concat(Stream.of("Alerts"), MonitoringFiles.runbookEntries().stream())
                                .map(entry -> "${runbook}#" + entry.toLowerCase(java.util.Locale.ROOT)))
                .collect(Collectors.toSet());

        assertThat(dashboard.findValues("url"))
                .isNotEmpty()
                .allSatisfy(url -> assertThat(url.asText()).isIn(there));
        assertThat(dashboard.path("links")).hasSize(dashboards().size());
    }

    @Test
    void every_instance_can_be_looked_at_alone_where_instances_differ() {
        assertThat(dashboards())
                .filteredOn(board -> !Set.of("webhook-memory-overview", "webhook-memory-zoho")
                        .contains(board.path("uid").asText()))
                .hasSize(4)
                .allSatisfy(board -> assertThat(variables(board)).contains("instance"));
    }

    @Test
    void the_variable_s_default_is_the_data_source_that_is_provisioned() {
        Path provisioning = MonitoringFiles.ROOT.resolve("monitoring/grafana/provisioning");
        JsonNode source = MonitoringFiles.yaml(provisioning.resolve("datasources/prometheus.yml"))
                .path("datasources")
                .path(0);

        assertThat(dashboards())
                .allSatisfy(board -> assertThat(variable(board, "datasource")
                                .path("current")
                                .path("value")
                                .asText())
                        .isEqualTo(source.path("uid").asText()));
        assertThat(source.path("jsonData").path("timeInterval").asText())
                .isEqualTo(MonitoringFiles.yaml(MonitoringFiles.PROMETHEUS.resolve("prometheus.yml"))
                        .path("global")
                        .path("scrape_interval")
                        .asText());
        assertThat(MonitoringFiles.yaml(provisioning.resolve("dashboards/webhook-memory.yml"))
                        .path("providers")
                        .path(0)
                        .path("options")
                        .path("path")
                        .asText())
                .isEqualTo("/var/lib/grafana/dashboards");
    }

    private static JsonNode variable(JsonNode dashboard, String name) {
        return MonitoringFiles.elements(dashboard.path("templating").path("list"))
                .filter(variable -> variable.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> variables(JsonNode dashboard) {
        return MonitoringFiles.elements(dashboard.path("templating").path("list"))
                .map(variable -> variable.path("name").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(JsonNode node) {
        return node.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
    }
}
