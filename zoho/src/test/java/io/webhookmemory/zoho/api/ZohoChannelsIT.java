package io.webhookmemory.zoho.api;

import static io.webhookmemory.zoho.api.ZohoFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.api.ChannelResult.Done;
import io.webhookmemory.zoho.api.ChannelResult.Failed;
import io.webhookmemory.zoho.api.ZohoFailure.Gone;
import io.webhookmemory.zoho.api.ZohoFailure.Permanent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The life of notification channels. */
class ZohoChannelsIT {
    private static final URI NOWHERE = URI.create("http://localhost:1/webhooks/zoho");

    private final ZohoFixture zoho = new ZohoFixture();
    private final ZohoChannels channels = zoho.client().channels();
    private final Instant start = zoho.clock.instant();
    private final Instant inAWeek = start.plus(Duration.ofDays(7));

    @AfterEach
    void stop() {
        zoho.close();
    }

    @Test
    void a_channel_is_listed_as_it_was_made_until_it_expires_silently() {
        ChannelSpec spec = channel("10000", inAWeek, "Deals.all", "Contacts.create");

        assertThat(channels.enable(List.of(spec))).containsExactly(new Done("10000", Optional.of(inAWeek)));

        assertThat(channels.list()).extracting(ChannelRow::module).containsExactlyInAnyOrder("Deals", "Contacts");
        assertThat(channels.list()).allSatisfy(row -> {
            assertThat(row.channelId()).isEqualTo("10000");
            assertThat(row.expiry()).contains(inAWeek);
            assertThat(row.notifyUrl()).contains(NOWHERE);
            assertThat(row.token()).contains(spec.token());
            assertThat(row.toString()).doesNotContain(spec.token().value());
        });
        zoho.clock.advance(Duration.ofDays(7));
        assertThat(channels.list()).isEmpty();
    }

    @Test
    void an_expiry_beyond_a_week_becomes_an_hour_and_the_answer_says_so() {
        assertThat(channels.enable(List.of(channel("1", inAWeek.plusSeconds(1), "Deals.edit"))))
                .containsExactly(new Done("1", Optional.of(start.plus(Duration.ofHours(1)))));
    }

    @Test
    void a_living_channel_is_renewed_and_an_expired_one_is_gone() {
        channels.enable(List.of(channel("1", start.plus(Duration.ofDays(1)), "Deals.edit")));

        assertThat(channels.renew(List.of(channel("1", inAWeek, "Deals.edit"), channel("2", inAWeek, "Deals.edit"))))
                .containsExactly(new Done("1", Optional.of(inAWeek)), new Failed("2", new Gone()));

        zoho.clock.advance(Duration.ofDays(8));
        assertThat(channels.renew(List.of(channel("1", inAWeek, "Deals.edit"))))
                .containsExactly(new Failed("1", new Gone()));
        assertThat(channels.replace(List.of(channel("1", inAWeek, "Deals.edit"))))
                .containsExactly(new Failed("1", new Gone()));
    }

    @Test
    void one_bad_channel_of_several_fails_alone_with_zoho_s_words() {
        List<ChannelResult> results =
                channels.enable(List.of(channel("1", inAWeek, "Deals.edit"), channel("2", inAWeek, "Notes.edit")));

        assertThat(results.get(0)).isInstanceOf(Done.class);
        assertThat(results.get(1)).isEqualTo(new Failed("2", new Permanent("INVALID_DATA", "invalid data")));
    }

    @Test
    void a_token_that_is_too_long_is_refused() {
        ChannelSpec spec =
                new ChannelSpec("1", List.of("Deals.edit"), inAWeek, new Secret("x".repeat(64)), NOWHERE, false);

        assertThat(channels.enable(List.of(spec)))
                .containsExactly(new Failed("1", new Permanent("INVALID_DATA", "invalid data")));
    }

    @Test
    void channels_are_ended_and_ending_one_that_is_not_there_says_so() {
        channels.enable(List.of(channel("1", inAWeek, "Deals.edit")));

        assertThat(channels.disable(List.of("1", "2")))
                .containsExactly(new Done("1", Optional.empty()), new Failed("2", new Gone()));
        assertThat(channels.list()).isEmpty();
    }

    @Test
    void more_channels_than_a_call_takes_or_a_page_shows_are_all_made_and_listed() {
        List<ChannelSpec> specs = IntStream.range(0, 250)
                .mapToObj(i -> channel(String.valueOf(1000 + i), inAWeek, "Deals.edit"))
                .toList();

        assertThat(channels.enable(specs)).hasSize(250).allMatch(Done.class::isInstance);

        assertThat(channels.list()).hasSize(250);
        assertThat(zoho.server.calls("enable")).isEqualTo(5);
        assertThat(zoho.server.calls("channels")).isEqualTo(2);
    }

    @Test
    void a_call_refused_as_a_whole_is_a_failure() {
        zoho.server.failNext(1, 403, "NO_PERMISSION", "permission denied");

        ZohoException refusal = catchThrowableOfType(
                ZohoException.class, () -> channels.enable(List.of(channel("1", inAWeek, "Deals.edit"))));

        assertThat(refusal.failure()).isEqualTo(new Permanent("NO_PERMISSION", "permission denied"));
        assertThat(refusal).hasMessage("Zoho's enable failed: NO_PERMISSION: permission denied");
    }

    @Test
    void a_channel_that_lives_is_told_of_changes_in_zoho_s_shape() throws IOException {
        List<JsonNode> received = new CopyOnWriteArrayList<>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            received.add(Json.MAPPER.readTree(exchange.getRequestBody()));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        receiver.start();
        try {
            URI url = URI.create("http://localhost:" + receiver.getAddress().getPort() + "/webhooks/zoho");
            channels.enable(
                    List.of(new ChannelSpec("7", List.of("Deals.all"), inAWeek, new Secret("token"), url, true)));
            zoho.server.put("Deals", record("1", "Stage", "Open"));
            zoho.server.put("Deals", record("1", "Stage", "Won"));
            zoho.server.put("Contacts", record("2"));
            zoho.server.delete("Deals", "1");
            zoho.clock.advance(Duration.ofDays(7));
            zoho.server.put("Deals", record("3"));
        } finally {
            receiver.stop(0);
        }

        assertThat(received)
                .extracting(body -> body.path("operation").asText())
                .containsExactly("insert", "update", "delete");
        JsonNode update = received.get(1);
        assertThat(update.path("ids").path(0).asText()).isEqualTo("1");
        assertThat(update.path("affected_fields").toString()).isEqualTo("[{\"1\":[\"Stage\"]}]");
        assertThat(update.path("affected_values").toString())
                .isEqualTo("[{\"record_id\":\"1\",\"values\":{\"Stage\":\"Won\"}}]");
        assertThat(update.path("channel_id").asText()).isEqualTo("7");
        assertThat(update.path("token").asText()).isEqualTo("token");
        assertThat(update.path("server_time").isNumber()).isTrue();
        assertThat(zoho.server.deliveries()).hasSize(3).allMatch(delivery -> delivery.status() == 200);
    }

    private static ChannelSpec channel(String id, Instant expiry, String... events) {
        return new ChannelSpec(id, List.of(events), expiry, new Secret("t".repeat(43)), NOWHERE, false);
    }
}
