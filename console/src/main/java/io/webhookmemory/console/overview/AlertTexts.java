package io.webhookmemory.console.overview;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What the alert rules and the runbook say; both are packaged by the build, so the console says what they say. */
final class AlertTexts {
    private static final List<String> FILES = List.of("services", "ingress", "stream-processor", "memory-sink", "zoho");
    private static final Pattern ENTRY = Pattern.compile("(?ms)^### (\\w+)\\n(.*?)(?=^#{1,3} |\\z)");
    private static final Pattern DURATION = Pattern.compile("(\\d+)([smh])");

    /** Links lead to other pages of the documentation, which the console does not have. */
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]+)]\\([^)]+\\)");

    private AlertTexts() {}

    /**
     * The text of one alert.
     *
     * @param critical its severity: critical, or else warning
     * @param holdFor how long its condition must hold before it fires
     * @param runbook the runbook's entry as HTML
     */
    record AlertText(
            String name, boolean critical, Duration holdFor, String expression, String summary, String runbook) {}

    /** By name, in the rules' order. */
    static Map<String, AlertText> read() {
        Map<String, String> runbook = runbook();
        Map<String, AlertText> texts = new LinkedHashMap<>();
        for (String file : FILES) {
            Map<?, ?> document =
                    new Yaml(new SafeConstructor(new LoaderOptions())).load(resource("rules/" + file + ".yml"));
            for (Object group : (List<?>) document.get("groups")) {
                for (Object rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
                    AlertText text = text((Map<?, ?>) rule, runbook);
                    texts.put(text.name(), text);
                }
            }
        }
        return texts;
    }

    private static AlertText text(Map<?, ?> rule, Map<String, String> runbook) {
        String name = (String) rule.get("alert");
        Map<?, ?> annotations = (Map<?, ?>) rule.get("annotations");
        return new AlertText(
                name,
                "critical".equals(((Map<?, ?>) rule.get("labels")).get("severity")),
                rule.get("for") == null ? Duration.ZERO : duration((String) rule.get("for")),
                (String) rule.get("expr"),
                withoutLabels((String) annotations.get("summary")),
                runbook.getOrDefault(name, ""));
    }

    /** Prometheus fills labels in; the console speaks of the whole. */
    private static String withoutLabels(String summary) {
        return summary.replaceAll("\\{\\{ \\$labels\\.(service|job) }}", "A service")
                .replaceAll(":? ?\\(?\\{\\{[^}]*}}\\)?", "")
                .replace(" of were", " were")
                .strip();
    }

    private static Duration duration(String text) {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw new IllegalStateException("not a duration: " + text);
        }
        long count = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }

    private static Map<String, String> runbook() {
        Parser parser = Parser.builder().build();
        HtmlRenderer renderer = HtmlRenderer.builder().escapeHtml(true).build();
        Map<String, String> entries = new LinkedHashMap<>();
        Matcher entry = ENTRY.matcher(resource("runbook.md"));
        while (entry.find()) {
            String prose = LINK.matcher(entry.group(2)).replaceAll("$1");
            entries.put(entry.group(1), renderer.render(parser.parse(prose)));
        }
        return entries;
    }

    private static String resource(String name) {
        try (InputStream in = AlertTexts.class.getResourceAsStream("/console/" + name)) {
            if (in == null) {
                throw new IllegalStateException("not packaged: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
