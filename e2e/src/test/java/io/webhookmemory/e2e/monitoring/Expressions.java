package io.webhookmemory.e2e.monitoring;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a PromQL expression names; enough of the language for those that are in {@code monitoring/}. */
final class Expressions {
    /** A metric with the labels asked for; all metrics but two have an underscore, and so has none of the keywords that take no bracket. */
    private static final Pattern SELECTOR =
            Pattern.compile("\\b(?:up|ALERTS|[a-z]+(?:_[a-z0-9]+)+)\\b(?:\\{[^}]*})?(?!\\s*\\()");

    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on|without|ignoring)\\s*\\([^)]*\\)");
    private static final Pattern COUNTER = Pattern.compile("_total$");
    private static final Pattern TIMER = Pattern.compile("_seconds_(count|sum|max|bucket)$");

    /** What Grafana puts in the place of its variables, roughly. */
    private static final Map<String, String> VARIABLES =
            Map.of("$__rate_interval", "10m", "$instance", ".*", "$service", ".*");

    private Expressions() {}

    static String filledIn(String expression) {
        String filled = expression;
        for (Map.Entry<String, String> variable : VARIABLES.entrySet()) {
            filled = filled.replace(variable.getKey(), variable.getValue());
        }
        return filled;
    }

    /** Such as {@code up{job="ingress"}}. */
    static List<String> selectors(String expression) {
        return SELECTOR.matcher(GROUPING.matcher(expression).replaceAll(""))
                .results()
                .map(match -> match.group())
                .toList();
    }

    /** Names of metrics, as Prometheus has them. */
    static Set<String> metrics(String expression) {
        return selectors(expression).stream()
                .map(selector -> selector.replaceFirst("\\{.*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** From {@code sink_event_age_seconds_bucket} to {@code sink_event_age}: the name in the documentation, with underscores. */
    static String documentedName(String metric) {
        String name = COUNTER.matcher(metric).replaceFirst("");
        name = TIMER.matcher(name).replaceFirst("");
        return name.replaceFirst("_seconds$", "");
    }
}
