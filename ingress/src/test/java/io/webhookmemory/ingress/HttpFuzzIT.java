package io.webhookmemory.ingress;

import static io.webhookmemory.ingress.IngressFixture.account;
import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests generated and damaged at random, over a socket: each gets a response, and none is 500. */
class HttpFuzzIT {
    private static final int REQUESTS = 2_000;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
    private static final List<String> METHODS =
            List.of("POST", "POST", "POST", "GET", "PUT", "HEAD", "OPTIONS", "post", "P\u00d6ST");
    private static final List<String> TARGETS = List.of(
            "/webhooks/zoho",
            "/webhooks/zoho",
            "/webhooks/zoho",
            "/webhooks/zoho/",
            "/webhooks/zoho/Deals/update",
            "/webhooks/zoho/%2e%2e/%zz",
            "/webhooks/zoho/Deals/update?token=%zz&token",
            "/webhooks/zoho?a=%zz",
            "/webhooks/%7aoho",
            "/webhooks/../openapi.yaml",
            "/webhooks/health",
            "/openapi.yaml",
            "*",
            "/%00",
            "//webhooks/zoho;x=1");
    private static final List<String> NAMES = List.of(
            "X-Zoho-Signature",
            "X-Zoho-Event-Id",
            "traceparent",
            "Content-Encoding",
            "Content-Type",
            "Content-Length",
            "Transfer-Encoding",
            "Expect",
            "Accept",
            "Accept-Encoding",
            "Cookie",
            "Range",
            "X Bad Name",
            "");
    private static final List<String> VALUES = List.of(
            "",
            " ",
            "sha256=",
            "0".repeat(64),
            "sha256=" + "G".repeat(64),
            "multipart/form-data; boundary=b",
            "application/x-www-form-urlencoded; charset=utf-16",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "identity",
            "gzip",
            "chunked",
            "100-continue",
            "-1",
            "7",
            "99999999999999999999",
            "\u00e9\u00ff",
            "\t",
            "a\u0000b",
            "x".repeat(300),
            "x".repeat(9000),
            "text/html;q=0.1, */*",
            "application/json; charset=nonsense",
            "a=b; c=\"");
    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "[1,2",
            account("1"),
            account("../1"),
            "\u0000\u00ff\u00fe",
            "{\"a\":" + "[".repeat(2000),
            "{\"operation\":1e999999}");

    @ParameterizedTest
    @ValueSource(longs = {21, 22})
    void every_request_gets_a_response_and_none_is_500(long seed) {
        try (KafkaForTests kafka = KafkaForTests.withTopics(Map.of());
                EmbeddedRedis redis = EmbeddedRedis.start();
                IngressFixture ingress = IngressFixture.start(
                        kafka.bootstrapServers(), redis.port(), Map.of("WEBHOOK_BODY_TIMEOUT_MS", "300"))) {
            Random random = new Random(seed);
            Map<String, Integer> responses = new TreeMap<>();
            for (int i = 0; i < REQUESTS; i++) {
                String request = request(random);
                String said = exchange(ingress, request);
                Matcher status = STATUS.matcher(said);
                assertThat(status.find()).as("a response to %s", request).isTrue();
                do {
                    assertThat(status.group(1))
                            .as("the response to %s", request)
                            .isNotEqualTo("500");
                    responses.merge(status.group(1), 1, Integer::sum);
                } while (status.find());
            }
            assertThat(responses).containsKeys("200", "400", "401", "404", "405", "415");
            assertThat(ingress.post(account("after-all-that")).statusCode()).isEqualTo(200);
        }
    }

    private static String exchange(IngressFixture ingress, String request) {
        try (SlowSender sender = new SlowSender(ingress.port(), LIMIT)) {
            return sender.send(request.getBytes(StandardCharsets.ISO_8859_1))
                    .endOutput()
                    .untilClosed();
        }
    }

    private static String request(Random random) {
        String body = oneOf(BODIES, random);
        StringBuilder head = new StringBuilder()
                .append(oneOf(METHODS, random))
                .append(' ')
                .append(oneOf(TARGETS, random))
                .append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        if (random.nextBoolean()) {
            head.append("X-Zoho-Signature: ")
                    .append(IngressFixture.sign(body.getBytes(StandardCharsets.ISO_8859_1)))
                    .append("\r\n");
        }
        for (int headers = random.nextInt(3); headers > 0; headers--) {
            head.append(oneOf(NAMES, random))
                    .append(": ")
                    .append(oneOf(VALUES, random))
                    .append("\r\n");
        }
        if (random.nextInt(5) > 0) {
            head.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        StringBuilder request = head.append("\r\n").append(body);
        if (random.nextInt(4) == 0) {
            request.setCharAt(random.nextInt(request.length()), (char) random.nextInt(256));
        }
        return request.toString();
    }

    private static String oneOf(List<String> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }
}
