package io.webhookmemory.ingress;

import static io.webhookmemory.ingress.IngressFixture.account;
import static io.webhookmemory.ingress.WrittenRecords.header;
import static io.webhookmemory.ingress.WrittenRecords.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.webhookmemory.service.config.Hmac;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.zoho.crm.ChannelTokens;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** No webhook of an authenticated sender is lost: a change becomes an event, and what cannot be parsed is rejected as it was received. */
class AuthenticatedWebhooksIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static KafkaForTests kafka;
    private static EmbeddedRedis redis;
    private static IngressFixture ingress;
    private static WrittenRecords written;

    @BeforeAll
    static void start() {
        kafka = KafkaForTests.withTopics(Map.of());
        redis = EmbeddedRedis.start();
        written = new WrittenRecords(kafka.bootstrapServers());
        ingress = IngressFixture.start(kafka.bootstrapServers(), redis.port(), Map.of("REDIS_TIMEOUT_MS", "2000"));
    }

    @AfterAll
    static void stop() {
        ingress.close();
        redis.close();
        kafka.close();
    }

    @Test
    void two_changes_of_one_record_in_the_same_second_are_both_accepted_and_a_repeat_of_either_is_not() {
        String first = deal("501", "Won");
        String second = deal("501", "Lost");

        assertThat(ingress.post(first).body()).contains("accepted");
        awaitDuplicate(first);
        assertThat(ingress.post(second).body()).contains("accepted");
        awaitDuplicate(second);

        assertThat(written.events("501")).hasSize(2);
    }

    @Test
    void a_delivery_id_that_is_used_again_for_another_record_is_accepted_and_counted() {
        double before = ingress.metric("ingress_event_id_reused_total");

        ingress.post(deal("511", "Won"), "X-Zoho-Event-Id", "reused");
        awaitDuplicate(deal("511", "Won"), "X-Zoho-Event-Id", "reused");
        assertThat(ingress.metric("ingress_event_id_reused_total")).isEqualTo(before);
        HttpResponse<String> second = ingress.post(deal("512", "Won"), "X-Zoho-Event-Id", "reused");

        assertThat(second.body()).contains("accepted", "\"event_id\":\"reused\"");
        assertThat(ingress.metric("ingress_event_id_reused_total")).isEqualTo(before + 1);
        assertThat(written.events("512")).hasSize(1);
    }

    @Test
    void a_replay_under_another_event_id_cannot_make_the_genuine_webhook_a_duplicate() {
        ingress.post(deal("521", "Won"), "X-Zoho-Event-Id", "genuine-2");
        awaitDuplicate(deal("521", "Won"), "X-Zoho-Event-Id", "genuine-2");

        assertThat(ingress.post(deal("522", "Won"), "X-Zoho-Event-Id", "genuine-2")
                        .body())
                .contains("accepted");
        assertThat(written.events("522")).hasSize(1);
    }

    @Test
    void redis_holds_the_identity_under_the_key_of_old() {
        ingress.post(deal("531", "Won"), "X-Zoho-Event-Id", "named");
        String identity = written.events("531").get(0).identity();

        RedisClient client = RedisClient.create(RedisURI.create("localhost", redis.port()));
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            await().atMost(LIMIT).until(() -> connection.sync().exists("webhook:processed:" + identity) == 1);
            assertThat(connection.sync().exists("webhook:processed:named")).isZero();
            assertThat(connection.sync().ttl("webhook:event-id:named")).isPositive();
        } finally {
            client.shutdown();
        }
    }

    @Test
    void one_bad_record_does_not_refuse_the_others_and_is_rejected_alone() throws Exception {
        double before = ingress.metric("ingress_rejected_total", "reason=\"data.id\"");
        HttpResponse<String> response = ingress.post(
                "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[{\"id\":\"541\"},{\"id\":\"../2\"}]}");

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode body = Json.MAPPER.readTree(response.body());
        assertThat(body.path("status").asText()).isEqualTo("accepted");
        assertThat(body.path("rejected_count").asInt()).isEqualTo(1);
        assertThat(body.path("rejected").toString())
                .isEqualTo("[{\"index\":1,\"field\":\"data[1].id\",\"reason\":\"is no id\"}]");
        assertThat(OpenApi.problems(OpenApi.schema("Taken"), body)).isEmpty();
        assertThat(written.events("541")).hasSize(1);
        assertThat(written.rejected("data[1].id is no id"))
                .singleElement()
                .satisfies(record -> assertThat(text(record))
                        .isEqualTo("{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[{\"id\":\"../2\"}]}"));
        assertThat(ingress.metric("ingress_rejected_total", "reason=\"data.id\""))
                .isEqualTo(before + 1);
    }

    @Test
    void a_bad_record_beside_a_duplicate_is_rejected_too() {
        String good = "{\"id\":\"545\",\"Modified_Time\":\"2026-01-01T10:00:00Z\"}";
        String body = "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[%s]}";
        awaitDuplicate(body.formatted(good));

        HttpResponse<String> response = ingress.post(body.formatted(good + ",{\"id\":false}"));

        assertThat(response.body()).contains("duplicate", "\"rejected_count\":1");
        assertThat(written.rejected("data[1].id is missing or is no id"))
                .singleElement()
                .satisfies(record -> assertThat(text(record)).contains("[{\"id\":false}]"));
    }

    @Test
    void signed_bytes_that_are_no_json_are_rejected_unchanged_with_what_is_known_of_them() {
        double before = ingress.metric("ingress_rejected_total", "reason=\"not_json\"");
        byte[] body = "{\"note\":\"Gr\u00fc\u00dfe\"}".getBytes(Charset.forName("windows-1252"));
        HttpRequest request = HttpRequest.newBuilder(ingress.request("").build(), (name, value) -> false)
                .header("X-Zoho-Signature", IngressFixture.sign(body))
                .header("X-Zoho-Event-Id", "unreadable-1")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();

        assertThat(ingress.send(request).statusCode()).isEqualTo(400);

        assertThat(written.on(Topics.REJECTED))
                .filteredOn(record -> header(record, Headers.REJECTED_EVENT_ID).equals("unreadable-1"))
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.value()).isEqualTo(body);
                    assertThat(header(record, Headers.REJECTED_REASON))
                            .isEqualTo("not a JSON object: the JSON breaks off at line 1, column 13");
                    assertThat(header(record, Headers.REJECTED_SOURCE)).isEqualTo("signed");
                    assertThat(header(record, Headers.CONTENT_TYPE)).isEqualTo("application/json");
                });
        assertThat(ingress.metric("ingress_rejected_total", "reason=\"not_json\""))
                .isEqualTo(before + 1);
    }

    @Test
    void two_tokens_are_refused_before_anything_is_decided_and_neither_is_written_in_clear() {
        String token = token("77");
        String body =
                ("{\"channel_id\":\"77\",\"token\":\"%s\",\"token\":\"%s\",\"module\":\"Deals\",\"operation\":\"update\","
                                + "\"ids\":[\"551\"]}")
                        .formatted(token, token("78"));

        HttpResponse<String> response = ingress.send(unsigned(body));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(written.events("551")).isEmpty();
        assertThat(written.rejected("two top-level fields of one name"))
                .singleElement()
                .satisfies(record -> {
                    assertThat(text(record)).doesNotContain(token, token("78")).contains("\"token\":\"redacted\"");
                    assertThat(header(record, Headers.REJECTED_SOURCE)).isEqualTo("channel");
                    assertThat(header(record, Headers.REJECTED_CHANNEL)).isEqualTo("77");
                });
    }

    @Test
    void a_channels_token_is_not_written_whatever_is_wrong_with_the_notification() {
        String token = token("79");
        String wrongModule = "{\"channel_id\":\"79\",\"token\":\"" + token
                + "\",\"module\":\"Secrets\",\"operation\":\"update\",\"ids\":[\"1\"]}";
        String cutShort = "{\"channel_id\":\"79\",\"token\":\"" + token + "\",\"module\":";
        String tooMany = "{\"channel_id\":\"79\",\"token\":\"" + token
                + "\",\"module\":\"Deals\",\"operation\":\"update\",\"ids\":[" + "1,".repeat(10_000) + "1]}";

        assertThat(ingress.send(unsigned(wrongModule)).statusCode()).isEqualTo(422);
        assertThat(ingress.send(unsigned(cutShort)).statusCode()).isEqualTo(400);
        assertThat(ingress.send(unsigned(tooMany)).statusCode()).isEqualTo(413);

        assertThat(written.on(Topics.REJECTED))
                .filteredOn(record -> header(record, Headers.REJECTED_CHANNEL).equals("79"))
                .hasSize(3)
                .allSatisfy(
                        record -> assertThat(text(record)).doesNotContain(token).contains("redacted"));
    }

    @Test
    void changes_without_a_time_are_counted_and_refused_where_a_time_is_required() throws Exception {
        double before = ingress.metric("ingress_events_without_time_total");
        ingress.post(account("561"));
        assertThat(ingress.metric("ingress_events_without_time_total")).isEqualTo(before + 1);
        try (IngressFixture strict =
                IngressFixture.start(kafka.bootstrapServers(), redis.port(), Map.of("WEBHOOK_REQUIRE_TIME", "true"))) {
            HttpResponse<String> refused = strict.post(account("562"));

            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(Json.MAPPER.readTree(refused.body()).path("field").asText())
                    .isEqualTo("data[0].Modified_Time");
            assertThat(strict.post(deal("563", "Won")).statusCode()).isEqualTo(200);
        }
    }

    private static void awaitDuplicate(String body, String... headers) {
        await().atMost(LIMIT).until(() -> ingress.post(body, headers).body().contains("duplicate"));
    }

    private static String deal(String id, String stage) {
        return ("{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[{\"id\":\"%s\",\"Stage\":\"%s\","
                        + "\"Modified_Time\":\"2026-01-01T10:00:00Z\"}]}")
                .formatted(id, stage);
    }

    private static String token(String channelId) {
        return ChannelTokens.of(new Hmac(new Secret(IngressFixture.SECRET)), channelId);
    }

    private static HttpRequest unsigned(String body) {
        return HttpRequest.newBuilder(
                        ingress.request("").build(), (name, value) -> !name.equalsIgnoreCase("X-Zoho-Signature"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }
}
