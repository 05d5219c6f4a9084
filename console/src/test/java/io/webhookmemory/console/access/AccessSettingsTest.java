package io.webhookmemory.console.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.InvalidSettingsException;
import io.webhookmemory.service.config.SettingsReader;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessSettingsTest {
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.0.2.7", "::", "no-such-host.invalid"})
    void a_console_that_other_machines_can_reach_requires_a_login(String host) {
        assertThatThrownBy(() -> read(host, Map.of()))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("CONSOLE_PASSWORD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "::1"})
    void on_a_loopback_address_none_is_required_and_only_its_names_are_known(String host) {
        AccessSettings settings = read(host, Map.of());

        assertThat(settings.isOpen()).isTrue();
        assertThat(settings.write()).isFalse();
        assertThat(settings.hosts()).containsExactlyInAnyOrder("localhost", "127.0.0.1", "[::1]");
    }

    @Test
    void each_way_to_log_in_is_enough() {
        assertThatCode(() -> read("0.0.0.0", Map.of("CONSOLE_PASSWORD", "twelve-chars")))
                .doesNotThrowAnyException();
        assertThatCode(() -> read("0.0.0.0", Map.of("CONSOLE_TOKEN", "t".repeat(32))))
                .doesNotThrowAnyException();
        assertThatCode(() -> read(
                        "0.0.0.0", Map.of("CONSOLE_AUTH_HEADER", "X-User", "CONSOLE_TRUSTED_PROXIES", "10.0.0.0/8")))
                .doesNotThrowAnyException();
    }

    @Test
    void a_header_without_trusted_proxies_is_refused_since_anyone_could_send_it() {
        assertThatThrownBy(() -> read("0.0.0.0", Map.of("CONSOLE_AUTH_HEADER", "X-User")))
                .hasMessageContaining("CONSOLE_TRUSTED_PROXIES");
    }

    @Test
    void short_secrets_are_refused_without_being_printed() {
        assertThatThrownBy(() -> read("127.0.0.1", Map.of("CONSOLE_PASSWORD", "hunter2", "CONSOLE_TOKEN", "short")))
                .hasMessageContaining("CONSOLE_PASSWORD must have at least 12")
                .hasMessageContaining("CONSOLE_TOKEN must have at least 32")
                .message()
                .doesNotContain("hunter2");
    }

    private static AccessSettings read(String host, Map<String, String> variables) {
        SettingsReader reader = new SettingsReader(new Environment(variables));
        AccessSettings settings = AccessSettings.from(reader, host);
        reader.finish();
        return settings;
    }
}
