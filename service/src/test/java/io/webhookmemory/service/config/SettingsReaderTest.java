package io.webhookmemory.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsReaderTest {
    private enum Overflow {
        BUFFER,
        HARD_REJECT
    }

    @Test
    void every_problem_is_reported_at_once_and_no_value_is_shown() {
        SettingsReader settings = reader(Map.of(
                "PORT",
                "hunter2",
                "ENABLED",
                "maybe",
                "URL",
                "ftp://x",
                "MODE",
                "never",
                "SECRETS",
                "short,long-enough-secret"));

        settings.integer("PORT", 1, 1, 10);
        settings.flag("ENABLED", true);
        settings.url("URL", "http://localhost");
        settings.choice("MODE", Overflow.class, Overflow.BUFFER);
        settings.secrets("SECRETS", 12);
        settings.secrets("MISSING", 12);

        assertThatThrownBy(settings::finish)
                .isInstanceOfSatisfying(
                        InvalidSettingsException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "PORT must be a whole number from 1 to 10",
                                        "ENABLED must be true or false",
                                        "URL must be an http or https URL",
                                        "MODE must be one of buffer, hard-reject",
                                        "SECRETS must have at least 12 characters in every secret",
                                        "MISSING is required"));
    }

    @Test
    void good_values_are_read_and_blank_ones_count_as_not_set() {
        SettingsReader settings =
                reader(Map.of("BASE", "0.5", "MODE", "hard-reject", "LIST", " a, b ,,a", "BLANK", "  ", "OUT", "11"));

        assertThat(settings.seconds("BASE", 2, 0, 10)).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.choice("MODE", Overflow.class, Overflow.BUFFER)).isEqualTo(Overflow.HARD_REJECT);
        assertThat(settings.list("LIST", List.of())).containsExactly("a", "b");
        assertThat(settings.text("BLANK", "fallback")).isEqualTo("fallback");
        settings.finish();

        settings.integer("OUT", 1, 1, 10);
        assertThatThrownBy(settings::finish).hasMessage("OUT must be a whole number from 1 to 10");
    }

    @Test
    void secrets_do_not_show_in_text() {
        SettingsReader settings = reader(Map.of("SECRET", "correct-horse-battery"));

        assertThat(settings.secrets("SECRET", 8)).singleElement().satisfies(secret -> {
            assertThat(secret.value()).isEqualTo("correct-horse-battery");
            assertThat(secret).hasToString("[redacted]");
        });
        assertThat(settings.environment().toString()).doesNotContain("correct-horse");
    }

    private static SettingsReader reader(Map<String, String> variables) {
        return new SettingsReader(new Environment(variables));
    }
}
