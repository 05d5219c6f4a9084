package io.webhookmemory.topics.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TopicCatalogueTest {

    @Test
    void the_default_catalogue_holds_every_topic_of_the_design_with_equal_partitions() {
        TopicCatalogue catalogue = catalogue(Topics.DEFAULT_MODULES, 3);

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
        TopicCatalogue catalogue = catalogue(List.of("Leads", "Calls", "Events"), 1);

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
        return catalogue(Topics.DEFAULT_MODULES, 3).topics().stream()
                .filter(spec -> spec.name().equals(topic))
                .mapToLong(spec -> Long.parseLong(spec.config().get("retention.ms")))
                .findFirst()
                .orElseThrow();
    }

    private static TopicCatalogue catalogue(List<String> modules, int retryTiers) {
        return TopicCatalogue.of(new CatalogueSettings(modules, 6, 0, 0, retryTiers));
    }
}
