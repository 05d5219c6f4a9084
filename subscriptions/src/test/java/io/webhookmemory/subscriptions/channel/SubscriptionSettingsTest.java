package io.webhookmemory.subscriptions.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubscriptionSettingsTest {

    @Test
    void unless_said_otherwise_all_that_can_be_is_watched_and_notes_are_read_besides() {
        SubscriptionSettings settings = settings();

        assertThat(settings.watches())
                .extracting(Watch::module)
                .containsExactlyInAnyOrder("Accounts", "Contacts", "Deals", "Tasks", "Events", "Calls");
        assertThat(settings.sweptModules()).contains("Notes", "Deals").doesNotContain("Activities");
    }

    @Test
    void narrower_modules_narrow_both() {
        SubscriptionSettings settings = settings("WEBHOOK_MODULES", "Deals,Notes,Leads");

        assertThat(settings.watches()).containsExactly(Watch.all("Deals"), Watch.all("Leads"));
        assertThat(settings.sweptModules()).containsExactly("Deals", "Notes", "Leads");
    }

    @Test
    void what_the_pipeline_would_refuse_cannot_be_subscribed_to() {
        assertThatThrownBy(() -> settings("WEBHOOK_SUBSCRIPTIONS", "Leads.all")).hasMessageContaining("Leads");
        assertThatThrownBy(() -> settings("WEBHOOK_SUBSCRIPTIONS", "Deals")).hasMessageContaining("Deals");
    }

    @Test
    void a_module_without_notifications_cannot_be_subscribed_to_and_the_problem_says_what_is_done_instead() {
        assertThatThrownBy(() -> settings("WEBHOOK_SUBSCRIPTIONS", "Notes.all"))
                .hasMessageContaining("WEBHOOK_SUBSCRIPTIONS has Notes")
                .hasMessageContaining("swept instead");
        assertThatThrownBy(() -> settings("WEBHOOK_SUBSCRIPTIONS", "Activities.edit"))
                .hasMessageContaining("WEBHOOK_SUBSCRIPTIONS has Activities")
                .hasMessageContaining("Tasks, Events and Calls");
    }

    @Test
    void what_has_no_channel_is_swept_only() {
        assertThat(settings().sweptOnly()).containsExactly("Notes");
        assertThat(settings("WEBHOOK_MODULES", "Deals,Notes,CustomModule1", "WEBHOOK_SUBSCRIPTIONS", "Deals.all")
                        .sweptOnly())
                .containsExactly("Notes", "CustomModule1");
    }

    @Test
    void custom_and_other_modules_are_watched_and_swept_by_their_names_alone() {
        SubscriptionSettings settings =
                settings("WEBHOOK_MODULES", "Leads,Products,Quotes,Campaigns,Cases,CustomModule1,Price_Books");

        assertThat(settings.watches())
                .extracting(Watch::module)
                .containsExactly("Leads", "Products", "Quotes", "Campaigns", "Cases", "CustomModule1", "Price_Books");
        assertThat(settings.sweptModules()).hasSize(7);
        assertThat(settings.sweptOnly()).isEmpty();
    }

    @Test
    void the_address_may_end_in_a_slash() {
        assertThat(settings("WEBHOOK_BASE_URL", "https://here.example/crm/")
                        .plan()
                        .notifyUrl())
                .hasToString("https://here.example/crm/webhooks/zoho");
    }

    @Test
    void without_credentials_or_address_there_is_nothing_to_run() {
        assertThatThrownBy(() -> settings(
                        "WEBHOOK_BASE_URL", "",
                        "ZOHO_CLIENT_ID", "",
                        "ZOHO_CLIENT_SECRET", "",
                        "ZOHO_REFRESH_TOKEN", ""))
                .hasMessageContaining("WEBHOOK_BASE_URL is required")
                .hasMessageContaining("ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN are required");
    }

    private static SubscriptionSettings settings(String... namesAndValues) {
        Map<String, String> variables = new HashMap<>();
        variables.put("WEBHOOK_SECRET", "a-secret-of-at-least-thirty-two-characters");
        variables.put("WEBHOOK_BASE_URL", "https://here.example");
        variables.put("ZOHO_CLIENT_ID", "id");
        variables.put("ZOHO_CLIENT_SECRET", "secret");
        variables.put("ZOHO_REFRESH_TOKEN", "token");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        SettingsReader reader = new SettingsReader(new Environment(variables));
        SubscriptionSettings settings = SubscriptionSettings.from(reader);
        reader.finish();
        return settings;
    }
}
