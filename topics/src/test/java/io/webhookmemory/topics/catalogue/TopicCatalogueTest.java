package io.webhookmemory.topics.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicCatalogueTest {

    @Test
    void the_default_catalogue_holds_every_topic_of_the_design_with_equal_partitions() {
        TopicCatalogue catalogue = catalogue(Map.of());

        assertThat(catalogue.topics())
                .extracting(TopicSpec::name)
                .containsExactlyInAnyOrder(
                        "zoho.webhooks",
                        "zoho.webhooks.rejected",
                        "zoho.webhooks.links",
                        "zoho.accounts",
                        "zoho.contacts",
                        "zoho.deals",
                        "zoho.tasks",
                        "zoho.notes",
                        "zoho.activities",
                        "memory.sync.retry.1",
                        "memory.sync.retry.2",
                        "memory.sync.retry.3",
                        "memory.sync.dlt",
                        "memory.sync.dlt.handled",
                        "memory.cognify",
                        "memory.directory");
        assertThat(catalogue.topics()).extracting(TopicSpec::partitions).containsOnly(6);
    }

    @Test
    void a_further_module_gets_a_topic_and_retries_decide_the_tiers() {
        TopicCatalogue catalogue =
                catalogue(Map.of("WEBHOOK_MODULES", "Leads,Calls,Events", "WEBHOOK_MAX_RETRIES", "1"));

        assertThat(catalogue.topics())
                .extracting(TopicSpec::name)
                .contains("zoho.leads", "zoho.activities", "memory.sync.retry.1")
                .doesNotContain("zoho.accounts", "memory.sync.retry.2");
    }

    @Test
    void dead_letters_outlive_the_events_they_came_from() {
        assertThat(retention(Topics.DLT)).isGreaterThan(retention(Topics.ofModule("Accounts")));
    }

    private static long retention(String topic) {
        return catalogue(Map.of()).topics().stream()
                .filter(spec -> spec.name().equals(topic))
                .mapToLong(spec -> Long.parseLong(spec.config().get("retention.ms")))
                .findFirst()
                .orElseThrow();
    }

    private static TopicCatalogue catalogue(Map<String, String> variables) {
        return TopicCatalogue.of(CatalogueSettings.from(new SettingsReader(new Environment(variables))));
    }
}
