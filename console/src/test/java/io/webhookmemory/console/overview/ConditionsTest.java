package io.webhookmemory.console.overview;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The console's conditions are those of Prometheus's rules. */
class ConditionsTest {
    private static final Map<String, AlertTexts.AlertText> RULES = AlertTexts.read();

    static Stream<Condition> conditions() {
        return Conditions.ALL.stream();
    }

    @Test
    void every_rule_has_a_condition_or_is_named_as_not_evaluated() {
        Set<String> named = new TreeSet<>(Conditions.NOT_EVALUATED);
        Conditions.ALL.forEach(condition -> named.add(condition.alert()));

        assertThat(named).containsExactlyInAnyOrderElementsOf(RULES.keySet());
        assertThat(Conditions.ALL).hasSize(RULES.size() - Conditions.NOT_EVALUATED.size());
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void thresholds_and_windows_are_the_rules(Condition condition) {
        String expression = RULES.get(condition.alert()).expression();

        assertThat(condition.quotes()).isNotEmpty();
        assertThat(expression).contains(condition.quotes());
    }

    @Test
    void every_alert_has_words_and_an_entry_of_the_runbook() {
        assertThat(RULES.values()).allSatisfy(rule -> {
            assertThat(rule.summary())
                    .isNotBlank()
                    .doesNotContain("{", "}", "  ")
                    .doesNotEndWith(":");
            assertThat(rule.runbook()).contains("<strong>Means:</strong>").doesNotContain("](", "<script");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "1001, > 1000, true",
        "1000, > 1000, false",
        "1000, >= 1000, true",
        "14401, > 4 * 3600, true",
        "14400, > 4 * 3600, false",
        "0, == 0, true",
        "999, < 1000, true",
        "NaN, > 0, false",
        "NaN, == 0, false",
    })
    void values_compare_as_the_rules_write_it(double value, String comparison, boolean expected) {
        assertThat(Condition.compare(value, comparison)).isEqualTo(expected);
    }

    @Test
    void severities_are_the_rules() {
        assertThat(RULES.get("MemoryAway").critical()).isTrue();
        assertThat(RULES.get("DeadLetters").critical()).isFalse();
        assertThat(List.of(RULES.get("RenewalFailing").holdFor().toHours())).containsExactly(1L);
    }
}
