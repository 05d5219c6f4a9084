package io.webhookmemory.subscriptions.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.webhookmemory.service.config.Hmac;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.zoho.crm.ChannelTokens;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final URI HERE = URI.create("https://here.example/webhooks/zoho");
    private static final Secret NEW = new Secret("n".repeat(64));
    private static final Secret OLD = new Secret("o".repeat(64));

    @Test
    void events_of_one_module_are_one_watch_and_all_stands_for_every_operation() {
        assertThat(Watch.of(List.of("Deals.edit", "Contacts.all", "Deals.create")))
                .containsExactly(new Watch("Deals", List.of("create", "edit")), Watch.all("Contacts"));
    }

    @Test
    void what_is_no_event_is_refused_by_name() {
        for (String bad : List.of("Deals", "Deals.restore", ".edit", "De als.edit")) {
            assertThatThrownBy(() -> Watch.of(List.of(bad))).hasMessageContaining(bad);
        }
    }

    @Test
    void a_channel_follows_from_address_and_module_and_no_other_installation_s_is_taken() {
        ChannelPlan here = new ChannelPlan(HERE, List.of(NEW, OLD));
        ChannelPlan there = new ChannelPlan(URI.create("https://there.example/webhooks/zoho"), List.of(NEW));

        assertThat(here.channelId("Deals"))
                .isEqualTo(new ChannelPlan(HERE, List.of(OLD)).channelId("Deals"))
                .matches("\\d{1,15}")
                .isNotEqualTo(here.channelId("Contacts"))
                .isNotEqualTo(there.channelId("Deals"));
    }

    @Test
    void the_token_is_the_newest_secret_s_and_within_zoho_s_limit() {
        ChannelPlan plan = new ChannelPlan(HERE, List.of(NEW, OLD));

        assertThat(plan.spec(Watch.all("Deals"), Instant.EPOCH).token().value())
                .hasSize(43)
                .isEqualTo(ChannelTokens.of(new Hmac(NEW), plan.channelId("Deals")));
    }
}
