package io.webhookmemory.ingress;

import static io.webhookmemory.ingress.WrittenRecords.header;
import static io.webhookmemory.ingress.WrittenRecords.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.webhookmemory.service.config.Hmac;
import io.webhookmemory.service.config.Secret;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.zoho.crm.ChannelTokens;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The requests of docs/zoho-setup.md, byte by byte: how the ingress responds, what it writes, and what it never writes. */
class SendersIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String TOKEN = "static-token-of-thirty-two-characters";
    private static final String OLD_TOKEN = "older-token-of-thirty-two-characters";
    private static final String FORM = "application/x-www-form-urlencoded;charset=UTF-8";
    private static final String MULTIPART = "multipart/form-data; boundary=----zoho7";
    private static final ListAppender<ILoggingEvent> LOGS = new ListAppender<>();

    private static KafkaForTests kafka;
    private static EmbeddedRedis redis;
    private static IngressFixture ingress;
    private static WrittenRecords written;

    @BeforeAll
    static void start() {
        kafka = KafkaForTests.withTopics(Map.of());
        redis = EmbeddedRedis.start();
        written = new WrittenRecords(kafka.bootstrapServers());
        ingress = start(Map.of());
        // After the start, which configures the log.
        LOGS.start();
        root().addAppender(LOGS);
    }

    @AfterAll
    static void stop() {
        ingress.close();
        redis.close();
        kafka.close();
        root().detachAppender(LOGS);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static IngressFixture start(Map<String, String> variables) {
        Map<String, String> all = new java.util.HashMap<>(Map.of(
                "WEBHOOK_AUTH",
                "signature,channel-token,static-token",
                "WEBHOOK_TOKENS",
                TOKEN + "," + OLD_TOKEN,
                "REDIS_TIMEOUT_MS",
                "2000"));
        all.putAll(variables);
        return IngressFixture.start(kafka.bootstrapServers(), redis.port(), all);
    }

    @Test
    void a_workflow_rules_form_becomes_an_event() {
        double before = ingress.metric("ingress_verified_total", "source=\"token\"", "key=\"0\"");

        String response = send(
                "/webhooks/zoho/Deals/update",
                """
                Content-Type: application/x-www-form-urlencoded;charset=UTF-8
                X-Webhook-Token: static-token-of-thirty-two-characters
                """,
                "id=701&Deal_Name=Forty+pumps&Amount=1200.50&Account_Name.id=9&Next_Step=");

        assertThat(response).startsWith("HTTP/1.1 200").contains("\"status\":\"accepted\"");
        assertThat(written.events("701")).singleElement().satisfies(event -> {
            assertThat(event.eventType()).isEqualTo(EventType.UPDATE);
            assertThat(event.source()).isEqualTo(EventSource.TOKEN);
            assertThat(event.recordData())
                    .hasToString("{\"Account_Name\":{\"id\":\"9\"},\"Amount\":\"1200.50\","
                            + "\"Deal_Name\":\"Forty pumps\",\"id\":\"701\"}");
        });
        assertThat(ingress.metric("ingress_verified_total", "source=\"token\"", "key=\"0\""))
                .isEqualTo(before + 1);
    }

    @Test
    void a_multipart_form_with_the_token_in_a_part_becomes_an_event() {
        String response = send("/webhooks/zoho", "Content-Type: " + MULTIPART + "\n", """
                ------zoho7\r
                Content-Disposition: form-data; name="token"\r
                \r
                older-token-of-thirty-two-characters\r
                ------zoho7\r
                Content-Disposition: form-data; name="module"\r
                \r
                Notes\r
                ------zoho7\r
                Content-Disposition: form-data; name="operation"\r
                \r
                create\r
                ------zoho7\r
                Content-Disposition: form-data; name="id"\r
                \r
                702\r
                ------zoho7\r
                Content-Disposition: form-data; name="Note_Content"\r
                \r
                She said "yes",
                and signed. Grüße\r
                ------zoho7--\r
                """);

        assertThat(response).startsWith("HTTP/1.1 200");
        assertThat(written.events("702"))
                .singleElement()
                .satisfies(event -> assertThat(event.recordData())
                        .hasToString(
                                "{\"Note_Content\":\"She said \\\"yes\\\",\\nand signed. Grüße\",\"id\":\"702\"}"));
        assertThat(ingress.metric("ingress_verified_total", "source=\"token\"", "key=\"1\""))
                .isPositive();
    }

    @Test
    void a_raw_body_with_line_breaks_in_a_merge_field_becomes_an_event_and_is_counted() {
        double before = ingress.metric("ingress_json_repaired_total");

        String response = send("/webhooks/zoho", "Content-Type: application/json\n", """
                {"token":"static-token-of-thirty-two-characters","module":"Notes","operation":"create","id":"703",
                 "Note_Content":"first
                second","Modified_Time":"31/12/2026 10:15 AM"}""");

        assertThat(response).startsWith("HTTP/1.1 200");
        assertThat(written.events("703"))
                .singleElement()
                .satisfies(event -> assertThat(
                                event.recordData().path("Note_Content").asText())
                        .isEqualTo("first\nsecond"));
        assertThat(ingress.metric("ingress_json_repaired_total")).isEqualTo(before + 1);
        assertThat(ingress.metric("ingress_time_unreadable_total")).isPositive();
    }

    @Test
    void a_raw_body_that_a_quotation_mark_broke_is_refused_with_its_place() {
        String response = send("/webhooks/zoho", "Content-Type: application/json\n", """
                {"token":"static-token-of-thirty-two-characters","module":"Notes","operation":"create","id":"704",
                 "Note_Content":"say "hello" twice"}""");

        assertThat(response)
                .startsWith("HTTP/1.1 400")
                .contains(
                        "application/problem+json",
                        "\"title\":\"The body is not a JSON object\"",
                        "line 2, column 23",
                        "Form-Data")
                .doesNotContain("hello");
        assertThat(written.rejected("not a JSON object: the JSON breaks off at line 2, column 23"))
                .singleElement()
                .satisfies(record -> assertThat(text(record)).contains("\"token\":\"redacted\"", "say \"hello\""));
    }

    @Test
    void a_deluge_functions_signed_request_becomes_an_event() {
        String body = "{\"operation\":\"update\",\"module\":\"Deals\",\"data\":[{\"Deal_Name\":\"Forty pumps\","
                + "\"Modified_Time\":\"2026-01-02T03:04:05+01:00\",\"id\":\"705\"}]}";
        byte[] mac = new Hmac(new Secret(IngressFixture.SECRET)).of(body.getBytes(UTF_8));

        String response = send(
                "/webhooks/zoho",
                "Content-Type: application/json\nX-Zoho-Signature: "
                        + Base64.getEncoder().encodeToString(mac) + "\n",
                body);

        assertThat(response).startsWith("HTTP/1.1 200");
        assertThat(written.events("705"))
                .singleElement()
                .satisfies(event -> assertThat(event.source()).isEqualTo(EventSource.SIGNED));
    }

    @Test
    void a_channel_notification_becomes_an_event() {
        String token = ChannelTokens.of(new Hmac(new Secret(IngressFixture.SECRET)), "1000000068001");

        String response = send("/webhooks/zoho", "Content-Type: application/json\n", """
                {"server_time":1718117126473,"query_params":{},"module":"Deals",\
                "resource_uri":"https://www.zohoapis.com/crm/v2/Deals","ids":["706"],\
                "affected_fields":[],"operation":"insert","channel_id":"1000000068001","token":"%s"}""".formatted(token));

        assertThat(response).startsWith("HTTP/1.1 200");
        assertThat(written.events("706")).singleElement().satisfies(event -> {
            assertThat(event.source()).isEqualTo(EventSource.CHANNEL);
            assertThat(event.eventType()).isEqualTo(EventType.CREATE);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/Deals/update|module=Contacts&id=1|400|name different modules or operations",
                "/Deals/update|id=1&id=2|400|two top-level fields of one name",
                "/Deals/update|id=%zz|400|The form cannot be read",
                "/Invoices/update|id=1|422|\"field\":\"module\"",
                "/Deals/touch|id=1|422|\"field\":\"operation\"",
                "/Deals/update|Stage=Won|422|\"field\":\"id\"",
            })
    void a_rejected_form_is_written_with_its_path_and_without_its_token(
            String path, String form, String status, String problem) {
        String response = send(
                "/webhooks/zoho" + path,
                "Content-Type: " + FORM + "\n",
                form + "&mark=" + path.hashCode() + "&token=" + TOKEN);

        assertThat(response)
                .startsWith("HTTP/1.1 " + status)
                .contains("application/problem+json", problem)
                .doesNotContain(TOKEN);
        assertThat(written.on(Topics.REJECTED))
                .filteredOn(record -> text(record).equals(form + "&mark=" + path.hashCode() + "&token=redacted"))
                .singleElement()
                .satisfies(record -> {
                    assertThat(header(record, Headers.REJECTED_MODULE) + "/"
                                    + header(record, Headers.REJECTED_OPERATION))
                            .isEqualTo(path.substring(1));
                    assertThat(header(record, Headers.CONTENT_TYPE)).isEqualToIgnoringCase(FORM);
                    assertThat(header(record, Headers.REJECTED_SOURCE)).isEqualTo("token");
                });
    }

    @Test
    void a_wrong_token_gets_the_response_that_every_unknown_sender_gets() {
        double before = ingress.metric("ingress_verification_failures_total", "reason=\"mismatch\"");

        assertThat(send("/webhooks/zoho/Deals/update", "X-Webhook-Token: " + TOKEN + "x\n", "{\"id\":\"1\"}"))
                .startsWith("HTTP/1.1 401")
                .contains("The webhook could not be authenticated");
        assertThat(ingress.metric("ingress_verification_failures_total", "reason=\"mismatch\""))
                .isEqualTo(before + 1);
    }

    @Test
    void a_token_in_the_query_string_counts_where_it_is_switched_on_only() {
        String path = "/webhooks/zoho/Deals/update?token=" + TOKEN;

        assertThat(send(path, "Content-Type: " + FORM + "\n", "id=707")).startsWith("HTTP/1.1 401");
        try (IngressFixture open = start(Map.of("WEBHOOK_QUERY_TOKEN", "true"))) {
            assertThat(send(open.port(), "POST", path, "Content-Type: " + FORM + "\n", "id=707"))
                    .startsWith("HTTP/1.1 200");
            assertThat(send(open.port(), "POST", path, "Content-Type: " + FORM + "\n", "id=%zz"))
                    .startsWith("HTTP/1.1 400")
                    .doesNotContain(TOKEN);
        }
        assertThat(written.events("707")).hasSize(1);
    }

    @Test
    void get_is_not_a_way_to_send_a_webhook() {
        assertThat(send(
                        ingress.port(),
                        "GET",
                        "/webhooks/zoho/Deals/update?id=1",
                        "X-Webhook-Token: " + TOKEN + "\n",
                        ""))
                .startsWith("HTTP/1.1 405")
                .contains("Allow: POST");
    }

    @Test
    void no_token_is_on_a_topic_or_in_a_log() {
        LoggerFactory.getLogger(SendersIT.class).warn("lines are captured");
        send("/webhooks/zoho", "Content-Type: " + FORM + "\n", "module=Deals&operation=edit&id=708&token=" + TOKEN);
        send("/webhooks/zoho", "Content-Type: " + FORM + "\n", "module=X&operation=edit&id=708&token=" + TOKEN);
        send("/webhooks/zoho", "Content-Type: " + FORM + "\n", "module=Deals&operation=edit&id=%zz&token=" + TOKEN);
        send("/webhooks/zoho?token=" + TOKEN, "X-Webhook-Token: " + TOKEN + "x\n", "{}");

        assertThat(Stream.of(Topics.WEBHOOKS, Topics.REJECTED).flatMap(topic -> written.on(topic).stream()))
                .isNotEmpty()
                .allSatisfy(record -> {
                    assertThat(text(record)).doesNotContain(TOKEN, OLD_TOKEN);
                    record.headers()
                            .forEach(header -> assertThat(new String(header.value(), UTF_8))
                                    .doesNotContain(TOKEN, OLD_TOKEN));
                });
        assertThat(List.copyOf(LOGS.list))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.getFormattedMessage() + line.getKeyValuePairs())
                        .doesNotContain(TOKEN, OLD_TOKEN));
        assertThat(ingress.prometheus()).doesNotContain(TOKEN, OLD_TOKEN);
    }

    private static String send(String path, String headers, String body) {
        return send(ingress.port(), "POST", path, headers, body);
    }

    /** Sends these bytes and returns the whole response. */
    private static String send(int port, String method, String path, String headers, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        String head = method + " " + path + " HTTP/1.1\r\nHost: hooks.example\r\nConnection: close\r\n"
                + headers.replace("\n", "\r\n") + "Content-Length: " + bytes.length + "\r\n\r\n";
        try (Socket socket = new Socket("localhost", port);
                InputStream in = socket.getInputStream()) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(bytes);
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
