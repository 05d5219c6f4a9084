package io.webhookmemory.zoho.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZohoSettingsTest {
    private static final Map<String, String> CREDENTIALS =
            Map.of("ZOHO_CLIENT_ID", "id", "ZOHO_CLIENT_SECRET", "secret-value", "ZOHO_REFRESH_TOKEN", "token-value");

    @Test
    void without_credentials_zoho_is_not_used() {
        SettingsReader reader = reader(Map.of());

        assertThat(ZohoSettings.from(reader)).isEmpty();
        reader.finish();
    }

    @Test
    void some_credentials_without_the_others_are_a_mistake() {
        SettingsReader reader = reader(Map.of("ZOHO_CLIENT_ID", "id"));

        assertThat(ZohoSettings.from(reader)).isEmpty();
        assertThatThrownBy(reader::finish).hasMessageContaining("or none of them");
    }

    @ParameterizedTest
    @CsvSource({
        "us, https://accounts.zoho.com, https://www.zohoapis.com",
        "eu, https://accounts.zoho.eu, https://www.zohoapis.eu",
        "au, https://accounts.zoho.com.au, https://www.zohoapis.com.au",
        "ca, https://accounts.zohocloud.ca, https://www.zohoapis.ca"
    })
    void the_region_says_where_zoho_is(String region, URI accounts, URI api) {
        ZohoSettings settings = ZohoSettings.from(reader(new Environment(CREDENTIALS)
                        .with(Map.of("ZOHO_REGION", region))
                        .variables()))
                .orElseThrow();

        assertThat(settings.accountsUrl()).isEqualTo(accounts);
        assertThat(settings.apiUrl()).isEqualTo(api);
    }

    @Test
    void an_unknown_region_is_refused_with_the_ones_there_are() {
        SettingsReader reader = reader(Map.of("ZOHO_REGION", "mars"));
        ZohoSettings.from(reader);

        assertThatThrownBy(reader::finish).hasMessageContaining("us, eu, in, au, jp, sa, cn, ca");
    }

    @Test
    void secrets_are_not_shown() {
        assertThat(ZohoSettings.from(reader(CREDENTIALS)).toString()).doesNotContain("secret-value", "token-value");
    }

    private static SettingsReader reader(Map<String, String> variables) {
        return new SettingsReader(new Environment(variables));
    }
}
