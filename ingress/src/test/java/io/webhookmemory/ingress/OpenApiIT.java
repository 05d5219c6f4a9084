package io.webhookmemory.ingress;

import static io.webhookmemory.ingress.IngressFixture.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The OpenAPI document and the running service, held against each other. */
class OpenApiIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "options", "head", "patch");

    private final ObjectNode document = OpenApi.document();
    private final Map<String, String> responses = new TreeMap<>();

    @Test
    void every_response_is_documented_and_every_documented_response_occurs() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                EmbeddedRedis redis = EmbeddedRedis.start();
                IngressFixture ingress = startOn(
                        kafka,
                        redis,
                        Map.of(
                                "WEBHOOK_BODY_TIMEOUT_MS", "1000",
                                "WEBHOOK_ACK_TIMEOUT_MS", "2000",
                                "REDIS_TIMEOUT_MS", "2000"))) {
            takeGoodOnes(ingress);
            refuseBadOnes(ingress);
            sendToModule(ingress);
            kafka.stopBroker(1);
            record("/webhooks/zoho", ingress.post(account("2")));
            await().atMost(LIMIT).until(() -> ingress.get("/webhooks/health").statusCode() == 503);
            record("/webhooks/health", ingress.get("/webhooks/health"));
            assertThat(ingress.head("/webhooks/health").statusCode()).isEqualTo(503);
        }

        assertThat(responses.keySet()).isEqualTo(documented());
    }

    @Test
    void the_document_is_served_as_it_is_committed() throws IOException {
        try (KafkaForTests kafka = KafkaForTests.withTopics(Map.of());
                EmbeddedRedis redis = EmbeddedRedis.start();
                IngressFixture ingress = IngressFixture.start(kafka.bootstrapServers(), redis.port(), Map.of())) {
            assertThat(ingress.get("/openapi.yaml").body())
                    .isEqualTo(Files.readString(Path.of("src/main/resources/openapi.yaml")));
            assertThat(ingress.get("/webhooks/zoho").statusCode())
                    .as("another method")
                    .isEqualTo(405);
            for (String path : List.of("/webhooks/health", "/webhooks/metrics", "/openapi.yaml")) {
                HttpResponse<String> head = ingress.head(path);
                await().atMost(LIMIT)
                        .until(() -> ingress.head(path).statusCode()
                                == ingress.get(path).statusCode());
                assertThat(head.body()).isEmpty();
            }
            HttpResponse<String> nothing = ingress.get("/webhooks/secrets");
            assertThat(nothing.statusCode()).isEqualTo(404);
            assertThat(nothing.headers().firstValue("content-type")).contains("application/problem+json");
        }
    }

    @Test
    void its_examples_are_bodies_that_it_allows() {
        document.at("/paths/~1webhooks~1zoho/post/requestBody/content/application~1json/examples")
                .forEach(example -> assertThat(OpenApi.problems(OpenApi.schema("Webhook"), example.path("value")))
                        .isEmpty());
    }

    private static IngressFixture startOn(EmbeddedKafka kafka, EmbeddedRedis redis, Map<String, String> variables) {
        KafkaForTests.applyCatalogue(kafka.bootstrapServers(), Map.of());
        return IngressFixture.start(kafka.bootstrapServers(), redis.port(), variables);
    }

    private void takeGoodOnes(IngressFixture ingress) throws IOException {
        record("/webhooks/zoho", ingress.post(account("1"), "X-Zoho-Event-Id", "twice"));
        await().atMost(LIMIT)
                .until(() -> ingress.post(account("1"), "X-Zoho-Event-Id", "twice")
                        .body()
                        .contains("duplicate"));
        record("/webhooks/zoho", ingress.post(account("1"), "X-Zoho-Event-Id", "twice"));
        record("/webhooks/metrics", ingress.get("/webhooks/metrics"));
        record("/openapi.yaml", ingress.get("/openapi.yaml"));
        await().atMost(LIMIT).until(() -> ingress.get("/webhooks/health").statusCode() == 200);
        record("/webhooks/health", ingress.get("/webhooks/health"));
    }

    private void refuseBadOnes(IngressFixture ingress) throws IOException {
        record("/webhooks/zoho", ingress.post("no json"));
        record("/webhooks/zoho", ingress.send(unsigned(ingress)));
        record("/webhooks/zoho", ingress.post("x".repeat(1024 * 1024 + 1)));
        record("/webhooks/zoho", ingress.post(account("1"), "Content-Encoding", "gzip"));
        record("/webhooks/zoho", ingress.post(account("../1")));
        record("/webhooks/zoho", ingress.post(account("1"), "X-Large", "x".repeat(9000)));
        try (SlowSender coded = new SlowSender(ingress.port(), LIMIT)) {
            String head = "POST /webhooks/zoho HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
            recordRaw(coded.send(head + "Transfer-Encoding: gzip, chunked\r\n\r\n")
                    .untilClosed());
        }
        try (SlowSender slow = new SlowSender(ingress.port(), LIMIT)) {
            String head = "POST /webhooks/zoho HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{";
            recordRaw(slow.send(head).untilClosed());
        }
    }

    private void sendToModule(IngressFixture ingress) throws IOException {
        String path = "/webhooks/zoho/{module}/{operation}";
        URI deals = URI.create("http://localhost:" + ingress.port() + "/webhooks/zoho/Deals/update");
        String good = "{\"id\":\"7\"}";
        record(path, ingress.send(ingress.request(good).uri(deals).build()));
        record(path, ingress.send(ingress.request(account("1")).uri(deals).build()));
        record(path, ingress.send(ingress.request("{}").uri(deals).build()));
        record(
                path,
                ingress.send(HttpRequest.newBuilder(deals)
                        .POST(HttpRequest.BodyPublishers.ofString(good))
                        .build()));
    }

    private static HttpRequest unsigned(IngressFixture ingress) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + ingress.port() + "/webhooks/zoho"))
                .POST(HttpRequest.BodyPublishers.ofString(account("1")))
                .build();
    }

    private void recordRaw(String response) throws IOException {
        String status = response.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3);
        record(
                "post",
                "/webhooks/zoho",
                status,
                "application/problem+json",
                response.substring(response.indexOf("\r\n\r\n")));
    }

    private void record(String path, HttpResponse<String> response) throws IOException {
        String status = String.valueOf(response.statusCode());
        String method = response.request().method().toLowerCase(java.util.Locale.ROOT);
        String type = response.headers().firstValue("content-type").orElse("none");
        record(method, path, status, type, response.body());
        JsonNode headers = document.at(pointer(path, method, "responses", status, "headers"));
        headers.fieldNames()
                .forEachRemaining(name -> assertThat(response.headers().firstValue(name))
                        .as("%s of %s %s", name, path, status)
                        .isPresent());
        assertThat(response.headers().firstValue("retry-after").isPresent())
                .as("Retry-After is documented where it is sent")
                .isEqualTo(headers.has("Retry-After"));
    }

    private void record(String method, String path, String status, String type, String body) throws IOException {
        String response = String.join(" ", method, path, status, type);
        String schema = pointer(path, method, "responses", status, "content", type, "schema");
        assertThat(document.at(schema).isMissingNode())
                .as("undocumented: %s", response)
                .isFalse();
        JsonNode value = type.endsWith("json") ? Json.MAPPER.readTree(body) : Json.MAPPER.valueToTree(body);
        assertThat(OpenApi.problems(OpenApi.schemaAt("#" + schema), value))
                .as(response)
                .isEmpty();
        responses.put(response, body);
    }

    private Set<String> documented() {
        Set<String> documented = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(method -> METHODS.contains(method.getKey()))
                        .forEach(method -> method.getValue().path("responses").properties().stream()
                                // What no case here can bring about, such as the end of the process.
                                .filter(response -> !response.getKey().equals("default"))
                                .forEach(response -> response.getValue()
                                        .path("content")
                                        .fieldNames()
                                        .forEachRemaining(type -> documented.add(String.join(
                                                " ", method.getKey(), path.getKey(), response.getKey(), type))))));
        return documented;
    }

    private static String pointer(String path, String... names) {
        StringBuilder pointer = new StringBuilder("/paths/" + path.replace("/", "~1"));
        for (String name : names) {
            pointer.append('/').append(name.replace("/", "~1"));
        }
        return pointer.toString();
    }
}
