package io.webhookmemory.console.overview;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which alerts fire, and since when their conditions hold. Not thread-safe; the results are immutable. */
public final class Alerts {
    private final Map<String, AlertTexts.AlertText> texts = AlertTexts.read();
    private final Map<String, Instant> since = new HashMap<>();

    /**
     * An alert that fires: its condition has held as long as the rule asks.
     *
     * @param runbook the runbook's entry as HTML
     */
    public record Alert(
            String name, String summary, boolean critical, Instant since, Condition.Place place, String runbook) {
        /** For the page: {@code bad} where somebody is wanted at once, {@code warn} where today. */
        public String level() {
            return critical ? "bad" : "warn";
        }
    }

    /** The most urgent first. */
    List<Alert> evaluate(Facts facts, Instant now) {
        List<Alert> alerts = new ArrayList<>();
        for (Condition condition : Conditions.ALL) {
            if (!condition.holds().test(facts)) {
                since.remove(condition.alert());
                continue;
            }
            Instant begin = since.computeIfAbsent(condition.alert(), name -> now);
            AlertTexts.AlertText text = texts.get(condition.alert());
            if (!now.isBefore(begin.plus(text.holdFor()))) {
                alerts.add(new Alert(
                        text.name(), text.summary(), text.critical(), begin, condition.place(), text.runbook()));
            }
        }
        alerts.sort(Comparator.comparing((Alert alert) -> !alert.critical()).thenComparing(Alert::since));
        return List.copyOf(alerts);
    }
}
