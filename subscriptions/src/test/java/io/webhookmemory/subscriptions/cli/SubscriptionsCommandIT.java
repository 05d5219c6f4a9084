package io.webhookmemory.subscriptions.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.testkit.MutableClock;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.testkit.zoho.ZohoDouble.Channel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The {@code subscriptions} commands, over HTTP against the double. */
class SubscriptionsCommandIT {
    private static final String SECRET = "a-secret-of-at-least-thirty-two-characters";

    private final MutableClock clock = new MutableClock(Instant.parse("2026-03-01T08:00:00Z"));
    private final ZohoDouble zoho = ZohoDouble.start(0, clock);

    @AfterEach
    void stop() {
        zoho.close();
    }

    private record Result(int code, String out, String err) {}

    @Test
    void every_command_explains_itself() {
        for (String command :
                List.of("register", "register-defaults", "list", "update", "renew", "unregister", "verify", "sweep")) {
            Result help = run(command, "--help");

            assertThat(help.code()).as(command).isZero();
            assertThat(help.out()).contains("Usage: subscriptions " + command);
        }
    }

    @Test
    void defaults_are_every_module_that_zoho_lets_one_watch_and_registering_twice_is_the_same_as_once() {
        Result first = run("register-defaults");
        List<Channel> channels = zoho.channels();
        Result second = run("register-defaults");

        assertThat(first.code()).isZero();
        assertThat(second).isEqualTo(first);
        assertThat(zoho.channels()).isEqualTo(channels).hasSize(6).allSatisfy(channel -> {
            assertThat(channel.notifyUrl()).isEqualTo("https://here.example/webhooks/zoho");
            assertThat(channel.events()).hasSize(3);
            assertThat(channel.token()).hasSize(43);
        });
        assertThat(first.out())
                .contains("Accounts", "Contacts", "Deals", "Tasks", "Events", "Calls")
                .contains("expires " + channels.get(0).expiry());
    }

    @Test
    void a_module_is_registered_listed_updated_and_unregistered_and_all_of_it_can_be_repeated() {
        assertThat(run("register", "--module", "Deals", "--events", "create").code())
                .isZero();
        assertThat(run("list").out()).contains("Deals", "create", "ours", "1 channel row");

        for (int i = 0; i < 2; i++) {
            Result updated = run("update", "--module", "Deals", "--events", "create,edit");
            assertThat(updated.out()).contains("Deals: updated, expires");
        }
        assertThat(zoho.channels())
                .singleElement()
                .satisfies(channel -> assertThat(channel.events()).containsExactly("Deals.create", "Deals.edit"));

        assertThat(run("unregister", "--module", "Deals").out()).contains("Deals: unregistered");
        Result again = run("unregister", "--module", "Deals");
        assertThat(again.out()).contains("Deals: not registered");
        assertThat(again.code()).isZero();
        assertThat(zoho.channels()).isEmpty();
    }

    @Test
    void renewing_keeps_a_channel_s_events_and_brings_back_what_zoho_lost() {
        run("register-defaults");
        run("update", "--module", "Deals", "--events", "edit");
        Channel lost = zoho.channels().get(0);
        zoho.dropChannel(lost.channelId());
        clock.advance(Duration.ofDays(5));

        Result renewed = run("renew");

        assertThat(renewed.code()).isZero();
        assertThat(renewed.out()).contains("Contacts: renewed", "Accounts: registered");
        assertThat(zoho.channels())
                .hasSize(6)
                .allSatisfy(channel ->
                        assertThat(channel.expiry()).isAfter(clock.instant().plus(Duration.ofDays(6))))
                .filteredOn(channel -> channel.events().contains("Deals.edit"))
                .singleElement()
                .satisfies(channel -> assertThat(channel.events()).hasSize(1));
    }

    @Test
    void verify_names_what_is_missing_ends_soon_or_has_an_old_token() {
        run("register-defaults");
        assertThat(run("verify"))
                .isEqualTo(new Result(
                        0,
                        String.format(
                                "All channels are as configured.%nNotes has no channel; its changes are swept.%n"),
                        ""));

        zoho.dropChannel(zoho.channels().get(0).channelId());
        Result missing = run("verify");
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.out()).contains("Accounts is not registered").doesNotContain("Deals");

        Result rotated = run(Map.of("WEBHOOK_SECRET", "a-newer-secret-of-thirty-two-characters," + SECRET), "verify");
        assertThat(rotated.out()).contains("Deals has another address or the token of another secret");

        clock.advance(Duration.ofDays(6));
        assertThat(run("verify").out()).contains("Deals expires at");
    }

    @Test
    void renewing_after_a_rotation_gives_channels_the_newest_secret_s_token() {
        run("register-defaults");
        Map<String, String> rotation = Map.of("WEBHOOK_SECRET", "a-newer-secret-of-thirty-two-characters," + SECRET);

        assertThat(run(rotation, "renew").code()).isZero();

        assertThat(run(rotation, "verify").code()).isZero();
    }

    @Test
    void another_installation_s_channels_are_shown_and_left_alone() {
        run(Map.of("WEBHOOK_BASE_URL", "https://there.example"), "register-defaults");
        run("register", "--module", "Deals");

        assertThat(run("list").out()).contains("another's", "ours", "7 channel rows");
        assertThat(run("unregister", "--all").code()).isZero();
        assertThat(zoho.channels()).hasSize(6);
    }

    @Test
    void what_zoho_refuses_is_said_in_zoho_s_words_and_nothing_is_invented() {
        Result refused = run("register", "--module", "Notes");

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("Notes: INVALID_DATA: invalid data", "swept instead");
        assertThat(refused.out()).isEmpty();
        zoho.failNext(1, 403, "NO_PERMISSION", "permission denied");
        Result forbidden = run("register-defaults");
        assertThat(forbidden).isEqualTo(new Result(1, "", "Zoho's enable failed: NO_PERMISSION: permission denied\n"));
    }

    @Test
    void wrong_credentials_and_a_zoho_out_of_reach_are_said_in_plain_words() {
        Result wrong = run(Map.of("ZOHO_CLIENT_SECRET", "wrong-value"), "list");
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.err()).contains("ZOHO_CLIENT_SECRET", "ZOHO_REGION").doesNotContain("wrong-value");

        Result unreachable = run(Map.of("ZOHO_ACCOUNTS_URL", "http://localhost:" + FreePort.any()), "list");
        assertThat(unreachable.code()).isEqualTo(1);
        assertThat(unreachable.err()).contains("cannot be reached").doesNotContain("Exception");
    }

    @Test
    void missing_settings_and_wrong_use_are_exit_code_2() {
        Result missing = execute(Map.of("WEBHOOK_SECRET", SECRET), "list");
        assertThat(missing.code()).isEqualTo(2);
        assertThat(missing.err()).contains("ZOHO_CLIENT_ID", "WEBHOOK_BASE_URL is required");

        assertThat(run("register", "--module", "Deals", "--events", "restore").code())
                .isEqualTo(2);
        assertThat(run("unregister").code()).isEqualTo(2);
        assertThat(run().code()).isEqualTo(2);
    }

    @Test
    void no_output_shows_a_token_or_a_secret() {
        for (String command : List.of("register-defaults", "list", "renew", "verify")) {
            Result result = run(command);
            assertThat(result.out() + result.err())
                    .doesNotContain(SECRET, ZohoDouble.CLIENT_SECRET, ZohoDouble.REFRESH_TOKEN)
                    .doesNotContain(zoho.channels().get(0).token());
        }
    }

    private Result run(Map<String, String> more, String command) {
        Map<String, String> variables = new HashMap<>(variables());
        variables.putAll(more);
        return execute(variables, command);
    }

    private Result run(String... args) {
        return execute(variables(), args);
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>(zoho.variables());
        variables.put("WEBHOOK_SECRET", SECRET);
        variables.put("WEBHOOK_BASE_URL", "https://here.example/");
        return variables;
    }

    private Result execute(Map<String, String> variables, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = SubscriptionsCommand.commandLine(new Environment(variables), clock)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
        return new Result(code, out.toString(), err.toString());
    }
}
