package io.webhookmemory.subscriptions.importing;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportSettingsTest {
    @ParameterizedTest
    @CsvSource({"10, 5", "7, 3", "1, 1"})
    void an_import_leaves_half_of_the_calls_to_the_live_traffic_and_makes_one_at_a_time(int limit, int calls) {
        SettingsReader reader = new SettingsReader(new Environment(Map.of(
                "ZOHO_CLIENT_ID", "id",
                "ZOHO_CLIENT_SECRET", "secret",
                "ZOHO_REFRESH_TOKEN", "token",
                "ZOHO_RATE_LIMIT", String.valueOf(limit))));

        ImportSettings settings = ImportSettings.from(reader);

        reader.finish();
        assertThat(settings.zoho().callsPerSecond()).isEqualTo(calls);
        assertThat(settings.zoho().concurrency()).isEqualTo(1);
    }
}
