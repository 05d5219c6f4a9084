package io.webhookmemory.e2e.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What is in {@code monitoring/}, read for the tests. */
final class MonitoringFiles {
    static final Path ROOT = Path.of("..");
    static final Path PROMETHEUS = ROOT.resolve("monitoring/prometheus");
    static final Path DASHBOARDS = ROOT.resolve("monitoring/grafana/dashboards");
    static final ObjectMapper YAML = new YAMLMapper();

    private static final Pattern RUNBOOK = Pattern.compile("(?ms)^## Alerts$(.*?)(?=^## |\\z)");

    private MonitoringFiles() {}

    /** @param body with {@code expr}, {@code for}, {@code labels} and {@code annotations} */
    record Alert(String name, JsonNode body) {
        String expression() {
            return body.path("expr").asText();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A query of a panel of a dashboard. */
    record Query(String dashboard, String panel, String expression) {
        @Override
        public String toString() {
            return dashboard + " / " + panel + ": " + expression;
        }
    }

    static List<Alert> alerts() {
        return files(PROMETHEUS.resolve("rules"), ".yml").stream()
                .flatMap(file -> elements(yaml(file).path("groups")))
                .flatMap(group -> elements(group.path("rules")))
                .map(rule -> new Alert(rule.path("alert").asText(), rule))
                .toList();
    }

    static List<JsonNode> dashboards() {
        return files(DASHBOARDS, ".json").stream().map(MonitoringFiles::json).toList();
    }

    static List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (JsonNode dashboard : dashboards()) {
            for (JsonNode panel : dashboard.path("panels")) {
                for (JsonNode target : panel.path("targets")) {
                    queries.add(new Query(
                            dashboard.path("uid").asText(),
                            panel.path("title").asText(),
                            target.path("expr").asText()));
                }
            }
        }
        return queries;
    }

    /** The entries of the runbook. */
    static String runbook() {
        Matcher chapter = RUNBOOK.matcher(text(ROOT.resolve("docs/runbook.md")));
        return chapter.find() ? chapter.group(1) : "";
    }

    /** Names of the runbook's entries: its headings. */
    static List<String> runbookEntries() {
        return Pattern.compile("^### (\\w+)$", Pattern.MULTILINE)
                .matcher(runbook())
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    static JsonNode yaml(Path file) {
        try {
            return YAML.readTree(text(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    private static JsonNode json(Path file) {
        try {
            return Json.MAPPER.readTree(text(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    static List<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
