package io.webhookmemory.console.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses Prometheus's text format, version 0.0.4: what the services' {@code /metrics} responds. */
final class Exposition {
    private static final Pattern LINE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})?\\s+(\\S+)(?:\\s+-?\\d+)?\\s*");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)\\s*=\\s*\"((?:[^\"\\\\]|\\\\.)*)\"\\s*,?\\s*");

    private Exposition() {}

    /**
     * One sample.
     *
     * @param labels in order of their names
     */
    record Sample(String name, Map<String, String> labels, double value) {}

    /** Passes every sample to the receiver; lines that are none are skipped. */
    static void parse(String text, Consumer<Sample> receiver) {
        text.lines().filter(line -> !line.isBlank() && line.charAt(0) != '#').forEach(line -> {
            Matcher parts = LINE.matcher(line);
            if (parts.matches()) {
                try {
                    receiver.accept(new Sample(parts.group(1), labels(parts.group(2)), number(parts.group(3))));
                } catch (NumberFormatException e) {
                    // Not a sample.
                }
            }
        });
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        if (text != null) {
            Matcher label = LABEL.matcher(text);
            while (label.find()) {
                labels.put(label.group(1), unescaped(label.group(2)));
            }
        }
        return labels;
    }

    private static String unescaped(String text) {
        return text.indexOf('\\') < 0
                ? text
                : text.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}
