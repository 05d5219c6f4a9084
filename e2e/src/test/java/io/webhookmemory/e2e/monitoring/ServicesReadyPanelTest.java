package io.webhookmemory.e2e.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first thing that is looked at: how many services are ready, and whether that is enough. */
class ServicesReadyPanelTest {
    private final JsonNode panel = MonitoringFiles.dashboards().stream()
            .flatMap(dashboard -> MonitoringFiles.elements(dashboard.path("panels")))
            .filter(candidate -> candidate.path("title").asText().equals("Services ready"))
            .findFirst()
            .orElseThrow();

    @TempDir
    private Path directory;

    /** What each says of itself in two looks; {@code stale} where it is gone. */
    @ParameterizedTest
    @CsvSource({
        "1 1, 1 1, 1 1, 1 1,     3, green",
        "1 0, 1 1, 1 1, 1 1,     3, green",
        "1 0, 1 0, 1 1, 1 1,     2, red",
        "1 1, 1 1, 1 1, 1 0,     2, red",
        "1 1, 1 1, 1 1, 1 stale, 2, red",
        "1 0, 1 0, 1 0, 1 0,     0, red",
    })
    void a_service_of_which_no_instance_is_ready_does_not_count(
            String ingress, String secondIngress, String processor, String sink, int ready, String colour)
            throws Exception {
        ObjectNode file = MonitoringFiles.YAML.createObjectNode();
        ObjectNode test = file.putArray("tests").addObject().put("interval", "1m");
        says(test, "ingress", "a", ingress);
        says(test, "ingress", "b", secondIngress);
        says(test, "stream-processor", "a", processor);
        says(test, "memory-sink", "a", sink);
        ObjectNode check = test.withArray("promql_expr_test").addObject().put("eval_time", "1m");
        check.set("expr", panel.path("targets").path(0).path("expr"));
        check.putArray("exp_samples").addObject().put("labels", "{}").put("value", ready);
        Path written = directory.resolve("test.yml");
        MonitoringFiles.YAML.writeValue(written.toFile(), file);

        assertThat(Promtool.run("test", "rules", written.toString())).contains("SUCCESS");
        assertThat(colour(ready)).isEqualTo(colour);
    }

    private static void says(ObjectNode test, String service, String instance, String values) {
        test.withArray("input_series")
                .addObject()
                .put("series", "service_ready{service=\"%s\", instance_id=\"%s\"}".formatted(service, instance))
                .put("values", values);
    }

    private String colour(int value) {
        JsonNode steps =
                panel.path("fieldConfig").path("defaults").path("thresholds").path("steps");
        return MonitoringFiles.elements(steps)
                .filter(step -> step.path("value").asInt(0) <= value)
                .reduce((lower, higher) -> higher)
                .orElseThrow()
                .path("color")
                .asText();
    }
}
