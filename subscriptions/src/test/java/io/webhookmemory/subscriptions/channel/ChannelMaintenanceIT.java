package io.webhookmemory.subscriptions.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.Hmac;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.subscriptions.channel.Outcome.Action;
import io.webhookmemory.subscriptions.channel.Outcome.Done;
import io.webhookmemory.testkit.MutableClock;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.zoho.api.ZohoClient;
import io.webhookmemory.zoho.crm.ChannelTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Channels are kept alive, over HTTP against the double, by a clock of ours. */
class ChannelMaintenanceIT {
    private static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

    private final MutableClock clock = new MutableClock(START);
    private final ZohoDouble zoho = ZohoDouble.start(0, clock);
    private final List<Done> changes = new ArrayList<>();

    @AfterEach
    void stop() {
        zoho.close();
    }

    @Test
    void what_is_configured_is_registered_once_and_a_look_then_costs_one_credit() {
        ChannelMaintenance keeper = keeper(0.5);

        assertThat(keeper.check()).isEqualTo(Duration.ofMinutes(15));
        assertThat(zoho.channels()).hasSize(6);
        int before = zoho.apiCalls();
        keeper.check();

        assertThat(zoho.apiCalls() - before).isEqualTo(1);
        assertThat(changes).hasSize(6).allMatch(change -> change.action() == Action.REGISTERED);
        assertThat(keeper.state().nearestExpiry()).contains(START.plus(ChannelPlan.LIFE));
    }

    @Test
    void looks_are_spread_around_the_interval() {
        assertThat(keeper(0).check()).isEqualTo(Duration.ofSeconds(810));
        assertThat(keeper(1).check()).isEqualTo(Duration.ofSeconds(990));
    }

    @Test
    void a_channel_is_renewed_two_days_before_its_end_and_not_before() {
        ChannelMaintenance keeper = keeper(0.5);
        keeper.check();
        clock.advance(ChannelPlan.LIFE.minusDays(2).minusMinutes(1));
        keeper.check();
        assertThat(zoho.calls("renew")).isZero();

        clock.advance(Duration.ofMinutes(2));
        keeper.check();

        assertThat(zoho.calls("renew")).isEqualTo(1);
        assertThat(zoho.channels())
                .allSatisfy(channel ->
                        assertThat(channel.expiry()).isAfter(clock.instant().plus(Duration.ofDays(6))));
    }

    @Test
    void a_lost_channel_is_registered_again_and_a_changed_one_keeps_its_events() {
        ChannelMaintenance keeper = keeper(0.5);
        keeper.check();
        zoho.dropChannel(zoho.channels().get(3).channelId());
        subscriptions().update(List.of(new Watch("Deals", List.of("edit"))));

        clock.advance(Duration.ofDays(6));
        keeper.check();

        assertThat(zoho.channels()).hasSize(6);
        assertThat(changes.subList(6, 12))
                .extracting(Done::action)
                .containsOnly(Action.REGISTERED, Action.RENEWED)
                .containsOnlyOnce(Action.REGISTERED);
        assertThat(subscriptions().ours().get("Deals").watch().operations()).containsExactly("edit");
    }

    @Test
    void with_a_new_secret_before_the_old_the_first_look_moves_every_channel_over_under_the_same_id() {
        String secret = "a-secret-of-at-least-thirty-two-characters";
        String newer = "a-newer-secret-of-thirty-two-characters";
        keeper(0.5).check();
        List<ZohoDouble.Channel> before = zoho.channels();

        keeper(0.5, "WEBHOOK_SECRET", newer + "," + secret).check();

        assertThat(zoho.channels())
                .extracting(ZohoDouble.Channel::channelId)
                .containsExactlyInAnyOrderElementsOf(
                        before.stream().map(ZohoDouble.Channel::channelId).toList());
        assertThat(zoho.channels())
                .allSatisfy(channel -> assertThat(channel.token())
                        .isEqualTo(ChannelTokens.of(new Hmac(new Secret(newer)), channel.channelId())));
        assertThat(zoho.calls("renew")).isEqualTo(1);
        assertThat(zoho.calls("disable")).as("there is no gap").isZero();
    }

    @Test
    void while_zoho_fails_the_keeper_says_so_and_looks_again_soon() {
        ChannelMaintenance keeper = keeper(0.5);
        keeper.check();
        zoho.unavailable(true);

        assertThat(keeper.check()).isEqualTo(Duration.ofMinutes(5));
        assertThat(keeper.state().troubles()).singleElement().asString().contains("503");
        assertThat(keeper.state().nearestExpiry()).as("the last known").isPresent();

        zoho.unavailable(false);
        keeper.check();
        assertThat(keeper.state().troubles()).isEmpty();
    }

    @Test
    void a_module_that_the_organisation_lacks_is_missing_and_hinders_nothing_else() {
        ChannelMaintenance keeper =
                keeper(0.5, "WEBHOOK_MODULES", "Deals,Rockets", "WEBHOOK_SUBSCRIPTIONS", "Deals.all,Rockets.all");

        keeper.check();

        assertThat(keeper.state().missing()).containsExactly("Rockets");
        assertThat(keeper.state().troubles()).containsExactly("Rockets: INVALID_DATA: invalid data");
        assertThat(zoho.channels()).hasSize(1);
    }

    /** Outages of Zoho of up to a day each; and one of the service, of nine days, which no channel survives. */
    @Test
    void through_a_month_of_outages_no_channel_ends_while_somebody_looks_after_it() {
        Random random = new Random(7);
        ChannelMaintenance keeper = keeper(0.5, "WEBHOOK_SUBSCRIPTION_CHECK_INTERVAL", "7200");
        Instant serviceStops = START.plus(Duration.ofDays(12));
        Instant zohoIsBack = START;
        int endedWhileLookedAfter = 0;
        boolean hasStopped = false;
        keeper.check();
        while (clock.instant().isBefore(START.plus(Duration.ofDays(30)))) {
            if (!hasStopped && clock.instant().isAfter(serviceStops)) {
                hasStopped = true;
                clock.advance(Duration.ofDays(9));
                zohoIsBack = clock.instant();
                assertThat(zoho.channels()).isEmpty();
            } else if (random.nextInt(75) == 0) {
                zohoIsBack = clock.instant().plus(Duration.ofMinutes(random.nextInt(24 * 60)));
            }
            zoho.unavailable(clock.instant().isBefore(zohoIsBack));
            Duration pause = keeper.check();
            endedWhileLookedAfter += zoho.channels().size() < 6 ? 1 : 0;
            clock.advance(pause);
        }

        assertThat(endedWhileLookedAfter).isZero();
        assertThat(zoho.calls("enable")).as("at first and after the nine days").isEqualTo(2);
        assertThat(zoho.calls("renew")).isBetween(2, 6);
        assertThat(zoho.calls("channels") + zoho.calls("renew") + zoho.calls("enable"))
                .as("nothing else was called")
                .isEqualTo(zoho.apiCalls());
    }

    private ChannelMaintenance keeper(double random, String... namesAndValues) {
        SubscriptionSettings settings = settings(namesAndValues);
        return new ChannelMaintenance(subscriptions(settings), settings, clock, () -> random, changes::add);
    }

    private Subscriptions subscriptions() {
        return subscriptions(settings());
    }

    private Subscriptions subscriptions(SubscriptionSettings settings) {
        ZohoClient client = ZohoClient.create(settings.zoho(), new SimpleMeterRegistry(), clock);
        return new Subscriptions(client.channels(), settings.plan(), clock);
    }

    private SubscriptionSettings settings(String... namesAndValues) {
        Map<String, String> variables = new HashMap<>(zoho.variables());
        variables.put("WEBHOOK_SECRET", "a-secret-of-at-least-thirty-two-characters");
        variables.put("WEBHOOK_BASE_URL", "https://here.example");
        variables.put("ZOHO_RATE_LIMIT", "1000");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        SettingsReader reader = new SettingsReader(new Environment(variables));
        SubscriptionSettings settings = SubscriptionSettings.from(reader);
        reader.finish();
        return settings;
    }
}
