package io.webhookmemory.ingress;

import static io.webhookmemory.ingress.IngressFixture.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.service.config.Hmac;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.service.lifecycle.StartupException;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.zoho.crm.ChannelTokens;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Every row of the response table, over real HTTP, with a real broker and a real Redis behind it. */
class HttpContractIT {
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
        // A busy machine must not make a repeat look new.
        ingress = IngressFixture.start(kafka.bootstrapServers(), redis.port(), Map.of("REDIS_TIMEOUT_MS", "2000"));
    }

    @AfterAll
    static void stop() {
        ingress.close();
        redis.close();
        kafka.close();
    }

    @Test
    void a_good_webhook_is_in_kafka_when_200_is_said_under_the_records_key_with_its_headers() throws Exception {
        String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        HttpResponse<String> response = ingress.post(account("100"), "X-Zoho-Event-Id", "good-1", "traceparent", trace);

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode body = Json.MAPPER.readTree(response.body());
        assertThat(body.path("status").asText()).isEqualTo("accepted");
        assertThat(body.path("event_id").asText()).isEqualTo("good-1");
        assertThat(body.path("queued").asBoolean()).isTrue();
        assertThat(written.of("100")).singleElement().satisfies(message -> {
            assertThat(EventCodec.fromBytes(message.value()).source()).isEqualTo(EventSource.SIGNED);
            assertThat(Headers.get(message.headers(), Headers.CE_ID)).contains("good-1");
            assertThat(Headers.get(message.headers(), Headers.CE_TYPE)).contains("com.zoho.crm.Accounts.create");
            assertThat(Headers.get(message.headers(), Headers.TRACEPARENT)).contains(trace);
        });
    }

    @Test
    void the_response_to_a_repeat_is_duplicate_and_it_is_not_written_again() {
        ingress.post(account("101"), "X-Zoho-Event-Id", "twice");

        await().atMost(LIMIT)
                .until(() -> ingress.post(account("101"), "X-Zoho-Event-Id", "twice")
                        .body()
                        .contains("duplicate"));
        HttpResponse<String> response = ingress.post(account("101"), "X-Zoho-Event-Id", "twice");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"queued\":false");
    }

    @Test
    void every_record_of_a_webhook_is_written() {
        ingress.post(
                "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[{\"id\":\"201\"},{\"id\":\"202\"},{\"id\":\"203\"}]}");

        for (String id : List.of("201", "202", "203")) {
            assertThat(written.of(id)).hasSize(1);
        }
    }

    @Test
    void a_channel_notification_is_known_by_its_token() throws Exception {
        String token = ChannelTokens.of(new Hmac(new Secret(IngressFixture.SECRET)), "77");
        String body = "{\"server_time\":1,\"module\":\"Contacts\",\"operation\":\"insert\",\"ids\":[\"300\"],"
                + "\"channel_id\":\"77\",\"token\":\"" + token + "\"}";

        HttpResponse<String> response = ingress.send(unsigned(body));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(EventCodec.fromBytes(written.of("300").get(0).value()).source())
                .isEqualTo(EventSource.CHANNEL);
    }

    @Test
    void every_failed_authentication_has_the_same_response_and_the_metric_knows_the_reason() {
        List<HttpResponse<String>> refused = List.of(
                ingress.send(unsigned("{}")),
                ingress.send(signed("{}", "nonsense")),
                ingress.send(signed("{}", "0".repeat(64))),
                ingress.send(signed("not json", "0".repeat(64))));

        assertThat(refused).allSatisfy(response -> {
            assertProblem(response, 401);
            assertThat(response.body()).isEqualTo(refused.get(0).body());
        });
        for (String reason : List.of("missing", "malformed", "mismatch")) {
            assertThat(ingress.metric("ingress_verification_failures_total", "reason=\"" + reason + "\""))
                    .as(reason)
                    .isPositive();
        }
    }

    @Test
    void what_is_not_a_json_object_is_400() {
        for (String body : List.of("", "not json", "[1]", "7")) {
            assertProblem(ingress.post(body), 400);
        }
    }

    @Test
    void what_cannot_be_processed_is_422_naming_the_field_and_its_bytes_are_rejected() throws Exception {
        String body = "{\"operation\":\"update\",\"module\":\"Secrets\",\"data\":[{\"id\":\"400\"}] }";

        HttpResponse<String> response = ingress.post(body);

        assertProblem(response, 422);
        assertThat(Json.MAPPER.readTree(response.body()).path("field").asText()).isEqualTo("module");
        assertThat(written.on(Topics.REJECTED))
                .filteredOn(message -> new String(message.value(), StandardCharsets.UTF_8).equals(body))
                .singleElement()
                .satisfies(message -> assertThat(Headers.get(message.headers(), Headers.REJECTED_REASON))
                        .contains("module is not allowed"));
    }

    @Test
    void a_body_over_the_limit_is_413_whether_its_length_is_declared_or_not() {
        String large = "x".repeat(1024 * 1024 + 1);

        assertProblem(ingress.post(large), 413);
        HttpRequest chunked = ingress.request(large)
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8))))
                .build();
        assertProblem(ingress.send(chunked), 413);
    }

    @Test
    void a_declared_body_over_the_limit_is_refused_before_it_is_sent() throws Exception {
        try (Socket socket = new Socket("localhost", ingress.port())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write(head("Content-Length: 5000000000\r\n"));

            assertThat(firstLine(socket.getInputStream())).contains("413");
        }
    }

    @Test
    void a_transfer_coding_other_than_chunked_is_501() throws Exception {
        for (String coding : List.of("gzip, chunked", "identity, chunked")) {
            try (SlowSender sender = new SlowSender(ingress.port(), LIMIT)) {
                sender.send(head("Transfer-Encoding: " + coding + "\r\nConnection: close\r\n"));

                assertThat(sender.untilClosed()).as(coding).startsWith("HTTP/1.1 501 ");
            }
        }
    }

    @Test
    void another_method_is_405_and_the_response_says_which_are_allowed() {
        HttpResponse<String> webhooks = ingress.get("/webhooks/zoho");
        assertProblem(webhooks, 405);
        assertThat(webhooks.headers().firstValue("allow")).contains("POST");

        HttpResponse<String> health = ingress.send(
                HttpRequest.newBuilder(java.net.URI.create("http://localhost:" + ingress.port() + "/webhooks/health"))
                        .DELETE()
                        .build());
        assertProblem(health, 405);
        assertThat(health.headers().firstValue("allow")).contains("GET, HEAD");
    }

    @Test
    void malformed_requests_are_counted_and_do_not_fill_the_log() {
        Logger logger = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            for (int i = 0; i < 100; i++) {
                try (SlowSender sender = new SlowSender(ingress.port(), LIMIT)) {
                    sender.send("POST /webhooks/zoho HTTP/1.1\r\nHost: one-secret\r\nHost: two-secret\r\n\r\n");
                    assertThat(sender.untilClosed()).startsWith("HTTP/1.1 400 ");
                }
            }
        } finally {
            logger.detachAppender(log);
        }

        assertThat(ingress.metric("ingress_requests_total", "outcome=\"malformed\""))
                .isEqualTo(100);
        assertThat(log.list).filteredOn(line -> line.getLevel() == Level.WARN).hasSizeBetween(1, 50);
        assertThat(log.list)
                .noneSatisfy(line -> assertThat(
                                line.getFormattedMessage() + line.getKeyValuePairs() + line.getThrowableProxy())
                        .contains("secret"));
    }

    @Test
    void every_response_has_a_date() {
        assertThat(ingress.post(account("501")).headers().firstValue("date")).isPresent();
    }

    @Test
    void a_webhook_that_becomes_more_events_than_allowed_is_413_and_its_bytes_are_rejected() {
        String names = "\"x\",".repeat(60_000);
        String amplified = "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[" + "{\"id\":1},".repeat(2_999)
                + "{\"id\":1}],\"modified_fields\":[" + names + "\"x\"]}";
        String many = "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[" + "{\"id\":1},".repeat(10_000)
                + "{\"id\":1}]}";

        for (String body : List.of(amplified, many)) {
            assertProblem(ingress.post(body), 413);
            assertThat(written.on(Topics.REJECTED))
                    .filteredOn(message -> new String(message.value(), StandardCharsets.UTF_8).equals(body))
                    .hasSize(1);
        }
        assertThat(ingress.metric("ingress_requests_total", "outcome=\"too_many_events\""))
                .isEqualTo(2);
    }

    @Test
    void a_compressed_body_is_415() {
        assertProblem(ingress.post(account("500"), "Content-Encoding", "gzip"), 415);
    }

    @Test
    void switched_off_it_says_503_and_when_to_come_again() {
        try (IngressFixture off = other(Map.of("WEBHOOK_ENABLED", "false"))) {
            HttpResponse<String> response = off.post(account("600"));

            assertProblem(response, 503);
            assertThat(response.headers().firstValue("retry-after")).isPresent();
        }
    }

    @Test
    void a_full_pipeline_is_503_where_so_configured_and_degraded_otherwise() throws Exception {
        ingress.post(account("601"));
        Map<String, String> full = Map.of("WEBHOOK_MAX_QUEUE_SIZE", "1");
        try (IngressFixture rejecting = other(Map.of("WEBHOOK_MAX_QUEUE_SIZE", "1", "WEBHOOK_OVERFLOW", "reject"));
                IngressFixture buffering = other(full)) {
            // No service reads zoho.webhooks here: what this test wrote is the backlog.
            await().atMost(LIMIT).untilAsserted(() -> assertProblem(rejecting.post(account("602")), 503));

            assertThat(buffering.post(account("603")).statusCode()).isEqualTo(200);
            await().atMost(LIMIT)
                    .until(() -> buffering.get("/webhooks/health").body().contains("\"degraded\""));
        }
    }

    @Test
    void during_rotation_both_secrets_are_valid_and_the_metric_says_which_one_is_used() {
        String rotated = "another-secret-of-thirty-two-characters," + IngressFixture.SECRET;
        try (IngressFixture rotating = other(Map.of("WEBHOOK_SECRET", rotated))) {
            assertThat(rotating.post(account("700")).statusCode()).isEqualTo(200);

            assertThat(rotating.metric("ingress_verified_total", "key=\"1\"", "source=\"signed\""))
                    .isEqualTo(1);
            assertThat(rotating.metric("ingress_verified_total", "key=\"0\"")).isZero();
        }
    }

    @Test
    void bodies_of_any_bytes_are_authenticated_as_they_are() {
        byte[] latin = "{\"note\":\"Gr\u00fc\u00dfe\"}".getBytes(StandardCharsets.ISO_8859_1);
        byte[] most = " ".repeat(1024 * 1024 - 2).concat("{}").getBytes(StandardCharsets.UTF_8);

        assertProblem(ingress.post(""), 400);
        assertProblem(ingress.send(signed(latin)), 400);
        assertProblem(ingress.send(signed(most)), 422);
        assertProblem(ingress.post("{\"note\":\"\u4f60\u597d\"}"), 422);
    }

    @Test
    void what_is_measured_of_a_webhook_is_shown() {
        double acknowledged = ingress.metric("ingress_ack_seconds_count");
        double events = ingress.metric("ingress_events_total");

        ingress.post("{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[{\"id\":\"701\"},{\"id\":\"702\"}]}");

        assertThat(ingress.metric("ingress_ack_seconds_count")).isEqualTo(acknowledged + 1);
        assertThat(ingress.metric("ingress_ack_seconds_bucket", "le=\"+Inf\"")).isEqualTo(acknowledged + 1);
        assertThat(ingress.metric("ingress_events_total")).isEqualTo(events + 2);
        assertThat(ingress.prometheus()).contains("ingress_in_flight_bytes{", "outcome=\"duplicate\"");
        await().atMost(LIMIT).until(() -> ingress.metric("ingress_in_flight_bytes") == 0);
    }

    @Test
    void health_and_metrics_have_the_originals_fields() throws Exception {
        ingress.post(account("800"));
        await().atMost(LIMIT).until(() -> ingress.get("/webhooks/health").body().contains("\"kafka_connected\":true"));

        JsonNode health = Json.MAPPER.readTree(ingress.get("/webhooks/health").body());
        assertThat(health.fieldNames())
                .toIterable()
                .contains(
                        "status", "redis_connected", "queue_size", "queue_capacity", "queue_utilization", "timestamp");
        assertThat(health.path("queue_utilization").asText()).matches("\\d+\\.\\d%");

        JsonNode metrics = Json.MAPPER.readTree(ingress.get("/webhooks/metrics").body());
        assertThat(metrics.fieldNames())
                .toIterable()
                .containsExactly(
                        "total_events",
                        "verified_events",
                        "rejected_events",
                        "duplicated_events",
                        "queued_events",
                        "failed_events",
                        "acceptance_rate",
                        "deduplication_rate",
                        "current_queue_size",
                        "timestamp");
        assertThat(metrics.path("queued_events").asLong()).isPositive();
    }

    @Test
    void it_refuses_to_start_on_topics_that_are_not_as_the_catalogue_says() {
        assertThatThrownBy(() -> other(Map.of("TOPICS_PARTITIONS", "7")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("zoho.webhooks: has 6 partitions, not 7");
    }

    private static IngressFixture other(Map<String, String> variables) {
        return IngressFixture.start(kafka.bootstrapServers(), redis.port(), variables);
    }

    private static void assertProblem(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(response.body()).contains("\"status\":" + status, "\"title\":");
    }

    private static HttpRequest unsigned(String body) {
        return HttpRequest.newBuilder(java.net.URI.create("http://localhost:" + ingress.port() + "/webhooks/zoho"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static HttpRequest signed(String body, String signature) {
        return HttpRequest.newBuilder(unsigned(body), (name, value) -> true)
                .header("X-Zoho-Signature", signature)
                .build();
    }

    private static HttpRequest signed(byte[] body) {
        return HttpRequest.newBuilder(unsigned(""), (name, value) -> true)
                .header("X-Zoho-Signature", IngressFixture.sign(body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    private static byte[] head(String headers) {
        return ("POST /webhooks/zoho HTTP/1.1\r\nHost: localhost\r\nX-Zoho-Signature: x\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String firstLine(InputStream in) throws java.io.IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c > '\r'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }
}
