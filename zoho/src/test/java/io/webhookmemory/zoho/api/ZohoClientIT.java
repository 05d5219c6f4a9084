package io.webhookmemory.zoho.api;

import static io.webhookmemory.zoho.api.ZohoFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.zoho.api.ZohoFailure.Outage;
import io.webhookmemory.zoho.api.ZohoFailure.Permanent;
import io.webhookmemory.zoho.api.ZohoFailure.Transient;
import io.webhookmemory.zoho.api.ZohoFailure.Trouble;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the client makes of a Zoho that has limits and fails. */
class ZohoClientIT {
    private final ZohoFixture zoho = new ZohoFixture();
    private final ZohoDouble server = zoho.server;

    @BeforeEach
    void fill() {
        server.put("Deals", record("1", "Deal_Name", "Big deal"));
    }

    @AfterEach
    void stop() {
        zoho.close();
    }

    @Test
    void one_token_serves_all_calls_and_is_renewed_before_it_expires() {
        ZohoClient client = zoho.client();
        read(client);
        read(client);
        assertThat(server.calls("token")).isEqualTo(1);

        zoho.clock.advance(Duration.ofMinutes(56));

        read(client);
        assertThat(server.calls("token")).isEqualTo(2);
        assertThat(server.calls("record")).as("none was refused").isEqualTo(3);
    }

    @Test
    void a_token_that_zoho_refuses_is_renewed_once() {
        ZohoClient client = zoho.client();
        read(client);

        server.expireTokens();

        assertThat(read(client)).isInstanceOf(Lookup.Found.class);
        assertThat(server.calls("token")).isEqualTo(2);
    }

    @Test
    void many_callers_whose_token_ended_ask_for_one_between_them() {
        server.latency(Duration.ofMillis(50));
        ZohoClient client = zoho.client();
        read(client);
        server.expireTokens();

        CompletableFuture.allOf(IntStream.range(0, 8)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> read(client)))
                        .toArray(CompletableFuture[]::new))
                .join();

        assertThat(server.calls("token")).isEqualTo(2);
    }

    @Test
    void wrong_credentials_stop_everybody_and_use_up_no_more_tokens_than_half_of_what_zoho_allows() {
        server.refuseCredentials(true);
        ZohoClient client = zoho.client();

        for (int second = 0; second < 600; second += 10) {
            assertThat(failureOf(client)).isEqualTo(new Outage(Trouble.CREDENTIALS_REFUSED));
            zoho.clock.advance(Duration.ofSeconds(10));
        }

        assertThat(server.calls("token")).isEqualTo(5);
    }

    @Test
    void credentials_that_are_good_again_are_found_out_within_three_minutes_however_long_they_were_not() {
        server.refuseCredentials(true);
        ZohoClient client = zoho.client();
        failureOf(client);
        server.refuseCredentials(false);
        zoho.clock.advance(Duration.ofSeconds(10));
        assertThat(read(client)).as("a passing fault").isInstanceOf(Lookup.Found.class);

        server.expireTokens();
        server.refuseCredentials(true);
        for (int second = 0; second < 1200; second += 10) {
            failureOf(client);
            zoho.clock.advance(Duration.ofSeconds(10));
        }
        server.refuseCredentials(false);
        zoho.clock.advance(Duration.ofMinutes(3));

        assertThat(read(client)).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void a_wrong_secret_is_found_out_although_zoho_says_so_with_status_200() {
        assertThat(failureOf(zoho.client("ZOHO_CLIENT_SECRET", "wrong")))
                .isEqualTo(new Outage(Trouble.CREDENTIALS_REFUSED));
    }

    @Test
    void while_zoho_gives_out_no_tokens_it_is_asked_once_a_minute() {
        server.throttleTokens(true);
        ZohoClient client = zoho.client();

        assertThat(failureOf(client)).isEqualTo(new Outage(Trouble.TOKENS_THROTTLED));
        assertThat(failureOf(client)).isEqualTo(new Outage(Trouble.TOKENS_THROTTLED));
        assertThat(server.calls("token")).isEqualTo(1);

        server.throttleTokens(false);
        zoho.clock.advance(Duration.ofMinutes(1));
        assertThat(read(client)).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void a_call_that_is_throttled_is_made_again_as_late_as_zoho_asks() {
        server.throttleNext(1, Duration.ofSeconds(1));

        assertThat(read(zoho.client())).isInstanceOf(Lookup.Found.class);
        assertThat(server.calls("record")).isEqualTo(2);
    }

    @Test
    void where_zoho_asks_to_be_left_alone_for_longer_than_a_call_may_take_nobody_calls() {
        ZohoClient client = zoho.client("ZOHO_TIMEOUT", "0.5");
        server.throttleNext(1, Duration.ofMinutes(10));

        Transient first = (Transient) failureOf(client);
        Transient second = (Transient) failureOf(client);

        assertThat(first.reason()).isEqualTo("zoho_throttled");
        assertThat(second.retryAfter())
                .hasValueSatisfying(wait -> assertThat(wait).isGreaterThan(Duration.ofMinutes(5)));
        assertThat(server.calls("record")).isEqualTo(1);
    }

    @Test
    void credits_that_are_used_up_stop_everybody_until_there_are_some_again() {
        server.dailyCredits(2);
        ZohoClient client = zoho.client();
        read(client);
        read(client);

        assertThat(failureOf(client)).isEqualTo(new Outage(Trouble.CREDITS_EXHAUSTED));
        assertThat(failureOf(client)).isEqualTo(new Outage(Trouble.CREDITS_EXHAUSTED));
        assertThat(server.calls("record")).as("asked in vain once").isEqualTo(3);
        assertThat(zoho.metrics.get("zoho.credits.left").gauge().value()).isZero();

        zoho.clock.advance(Duration.ofHours(24));
        assertThat(read(client)).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void no_more_calls_are_under_way_at_once_than_the_edition_allows() {
        server.latency(Duration.ofMillis(20)).concurrency(2);
        ZohoClient client = zoho.client("ZOHO_CONCURRENCY", "2");

        CompletableFuture.allOf(IntStream.range(0, 12)
                        .mapToObj(i -> CompletableFuture.runAsync(() -> read(client)))
                        .toArray(CompletableFuture[]::new))
                .join();

        assertThat(server.calls("record")).as("none was refused").isEqualTo(12);
    }

    @Test
    void a_server_error_may_pass_and_a_refusal_will_not() {
        ZohoClient client = zoho.client();
        server.failNext(1, 500, "INTERNAL_ERROR", "Internal Server Error");
        assertThat(failureOf(client)).isEqualTo(new Transient("zoho_500", Optional.empty()));

        server.failNext(1, 400, "INVALID_MODULE", "the module name given seems to be invalid");
        assertThat(client.records().read("Deals", "1"))
                .isEqualTo(new Lookup.Refused(
                        new Permanent("INVALID_MODULE", "the module name given seems to be invalid")));

        server.failNext(1, 401, "OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL");
        assertThat(failureOf(client)).isEqualTo(new Outage(Trouble.SCOPE_MISSING));
    }

    @Test
    void an_answer_that_never_comes_may_have_passed() {
        ZohoClient slow = zoho.client("ZOHO_TIMEOUT", "0.2");
        server.latency(Duration.ofSeconds(1));

        assertThat(failureOf(slow)).isEqualTo(new Transient("zoho_timeout", Optional.empty()));
    }

    @Test
    void a_server_that_is_not_there_or_is_not_zoho_stops_everybody() {
        String nobody = "http://localhost:" + FreePort.any();

        assertThat(failureOf(zoho.client("ZOHO_ACCOUNTS_URL", nobody))).isEqualTo(new Outage(Trouble.UNREACHABLE));
        assertThat(failureOf(zoho.client("ZOHO_API_URL", nobody))).isEqualTo(new Outage(Trouble.UNREACHABLE));
        assertThat(failureOf(zoho.client("ZOHO_API_URL", server.url() + "/elsewhere")))
                .isEqualTo(new Outage(Trouble.NOT_ZOHO));
        assertThat(failureOf(zoho.client("ZOHO_ACCOUNTS_URL", server.url() + "/elsewhere")))
                .isEqualTo(new Outage(Trouble.NOT_ZOHO));
    }

    @Test
    void a_server_that_is_down_says_so_and_is_noticed_when_it_is_back() {
        ZohoClient client = zoho.client();
        server.unavailable(true);
        assertThat(client.isAvailable()).isFalse();
        assertThat(failureOf(client)).isEqualTo(new Transient("zoho_503", Optional.empty()));

        server.unavailable(false);

        assertThat(client.isAvailable()).isTrue();
    }

    @Test
    void calls_are_timed_by_kind_and_outcome_and_no_secret_is_shown() {
        ZohoClient client = zoho.client();
        read(client);

        assertThat(zoho.metrics
                        .get("zoho.calls")
                        .tags("call", "record", "outcome", "200")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(ZohoFixture.settings(server.variables()).toString())
                .doesNotContain(ZohoDouble.CLIENT_SECRET, ZohoDouble.REFRESH_TOKEN);
    }

    private static Lookup read(ZohoClient client) {
        return client.records().read("Deals", "1");
    }

    private static ZohoFailure failureOf(ZohoClient client) {
        return catchThrowableOfType(ZohoException.class, () -> read(client)).failure();
    }
}
