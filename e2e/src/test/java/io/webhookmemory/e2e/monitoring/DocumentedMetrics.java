package io.webhookmemory.e2e.monitoring;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What {@code docs/metrics.md} has in its tables. */
final class DocumentedMetrics {
    private static final String GUIDE = MonitoringFiles.text(MonitoringFiles.ROOT.resolve("docs/metrics.md"));

    private DocumentedMetrics() {}

    /** Metrics of ours, as {@code sink_event_age}: underscores for dots, without what Prometheus appends. */
    static Set<String> ours() {
        return firstColumn("[a-z]+(?:\\.[a-z]+)+").stream()
                .map(name -> name.replace('.', '_'))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Metrics of the libraries that dashboards or rules use, as Prometheus has them. */
    static Set<String> ofLibraries() {
        return firstColumn("[a-z]+(?:_[a-z0-9]+)+|up");
    }

    private static Set<String> firstColumn(String name) {
        return Pattern.compile("^\\| `(" + name + ")` \\|", Pattern.MULTILINE)
                .matcher(GUIDE)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
