package io.webhookmemory.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.quickstart.LocalPipeline;
import io.webhookmemory.quickstart.WebhookClient;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.tools.consumer.ConsoleConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Posts over HTTP at one end and looks into Cognee at the other; every part between is real. */
class EndToEndIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final AtomicLong NEXT_ID = new AtomicLong(5_725_767_000_003_000_000L);

    private static LocalPipeline pipeline;
    private static CogneeDouble cognee;
    private static WebhookClient client;

    @BeforeAll
    static void start() {
        pipeline = LocalPipeline.start(Map.of("WEBHOOK_RETRY_DELAY_BASE", "0.2", "WEBHOOK_BATCH_TIMEOUT", "1"));
        cognee = pipeline.cognee().orElseThrow();
        client = pipeline.webhookClient();
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Accounts|'\"Account_Name\":\"Hollerbach Pumps\"'",
                "Contacts|'\"Full_Name\":\"Jana Reuter\",\"Account_Name\":{\"id\":\"ACCOUNT\",\"name\":\"Hollerbach\"}'",
                "Deals|'\"Deal_Name\":\"Forty pumps\",\"Account_Name\":{\"id\":\"ACCOUNT\",\"name\":\"Hollerbach\"}'",
                "Tasks|'\"Subject\":\"Quote\",\"What_Id\":{\"id\":\"ACCOUNT\",\"name\":\"H\"},\"$se_module\":\"Accounts\"'",
                "Notes|'\"Note_Content\":\"Two lots\",\"Parent_Id\":{\"id\":\"ACCOUNT\",\"module\":{\"api_name\":\"Accounts\"}}'",
                "Activities|'\"Subject\":\"Visit\",\"What_Id\":{\"id\":\"ACCOUNT\",\"name\":\"H\"},\"$se_module\":\"Accounts\"'",
            })
    void a_signed_webhook_of_every_module_becomes_a_document_of_its_account(String module, String fields) {
        String record = newId();
        String account = module.equals("Accounts") ? record : newId();

        HttpResponse<String> response =
                client.post(newEventId(), body("create", module, record, fields.replace("ACCOUNT", account)));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"status\":\"accepted\"", "\"queued\":true");
        CogneeDouble.Document document = awaitDocument(record);
        assertThat(document.dataset()).isEqualTo("account_" + account);
        assertThat(document.name()).isEqualTo(module + "_" + record);
        assertThat(document.text()).startsWith(module + " " + record);
    }

    @Test
    void a_repeated_webhook_is_a_duplicate_and_one_document() {
        String record = newId();
        String eventId = newEventId();
        String body = body("create", "Accounts", record, "\"Account_Name\":\"Once\"");

        client.post(eventId, body);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(client.post(eventId, body).body())
                        .contains("\"status\":\"duplicate\"", "\"queued\":false"));

        awaitDocument(record);
        assertThat(eventsOf(record)).hasSize(1);
        assertThat(documentsOf(record)).hasSize(1);
    }

    @Test
    void two_webhooks_with_one_id_sent_at_the_same_moment_give_one_event_and_one_document() {
        String record = newId();
        String eventId = newEventId();
        String body = body("create", "Accounts", record, "\"Account_Name\":\"Twice at once\"");

        List<CompletableFuture<HttpResponse<String>>> posts = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> client.post(eventId, body)))
                .toList();

        assertThat(posts)
                .allSatisfy(post -> assertThat(post.join().statusCode()).isEqualTo(200));
        awaitDocument(record);
        // A marker behind them on the same partition: what is before it has been decided when it arrives.
        client.post(newEventId(), body("update", "Accounts", record, "\"Account_Name\":\"Marker\""));
        await().atMost(LIMIT)
                .until(() -> documentsOf(record).stream()
                        .anyMatch(document -> document.text().contains("Marker")));
        assertThat(eventsOf(record)).hasSize(2);
        assertThat(documentsOf(record)).hasSize(1);
    }

    @Test
    void partial_updates_add_up_to_the_whole_record() {
        String record = newId();
        client.post(
                newEventId(), body("create", "Accounts", record, "\"Account_Name\":\"Whole\",\"Industry\":\"Steel\""));
        client.post(newEventId(), body("update", "Accounts", record, "\"Industry\":\"Paper\""));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(documentsOf(record))
                        .singleElement()
                        .satisfies(document -> assertThat(document.text())
                                .contains("Whole", "Paper")
                                .doesNotContain("Steel")));
    }

    @Test
    void a_deleted_record_leaves_memory() {
        String record = newId();
        String account = newId();
        String fields = "\"Deal_Name\":\"Gone soon\",\"Account_Name\":{\"id\":\"" + account + "\",\"name\":\"A\"}";
        client.post(newEventId(), body("create", "Deals", record, fields));
        awaitDocument(record);

        client.post(newEventId(), body("delete", "Deals", record, "\"Reason\":\"duplicate\""));

        await().atMost(LIMIT).until(() -> documentsOf(record).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void the_contact_of_a_merged_account_moves_to_the_winner_whichever_webhook_comes_first(boolean deletionFirst) {
        String contact = newId();
        String loser = newId();
        String winner = newId();
        String ofAccount = "\"Last_Name\":\"Reuter\",\"Account_Name\":{\"id\":\"%s\",\"name\":\"A\"}";
        client.post(newEventId(), body("create", "Accounts", loser, "\"Account_Name\":\"Loser\""));
        client.post(newEventId(), body("create", "Contacts", contact, ofAccount.formatted(loser)));
        awaitDocument(loser);
        assertThat(awaitDocument(contact).dataset()).isEqualTo("account_" + loser);

        String deletion = body("delete", "Accounts", loser, "\"Reason\":\"merged\"");
        String move = body("update", "Contacts", contact, ofAccount.formatted(winner));
        List.of(deletionFirst ? deletion : move, deletionFirst ? move : deletion)
                .forEach(webhook -> client.post(newEventId(), webhook));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(documentsOf(contact))
                        .singleElement()
                        .satisfies(document -> assertThat(document.dataset()).isEqualTo("account_" + winner)));
        await().atMost(LIMIT).until(() -> cognee.documents("account_" + loser).isEmpty());
    }

    @Test
    void what_fails_twice_and_then_succeeds_is_in_memory_once() {
        String record = newId();
        cognee.failNext(2, 500, "record " + record);

        client.post(newEventId(), body("create", "Accounts", record, "\"Account_Name\":\"record " + record + "\""));

        awaitDocument(record);
        assertThat(documentsOf(record)).hasSize(1);
        assertThat(deadLettersOf(record)).isEmpty();
    }

    @Test
    void a_refused_record_is_a_dead_letter_that_kafkas_own_console_consumer_explains() throws Exception {
        String record = newId();
        cognee.refuse(text -> text.contains("unreadable " + record), 415, "Unsupported file content");

        client.post(newEventId(), body("create", "Accounts", record, "\"Account_Name\":\"unreadable " + record + "\""));

        await().atMost(LIMIT).until(() -> !deadLettersOf(record).isEmpty());
        String line = consoleConsumer(Topics.DLT)
                .lines()
                .filter(text -> text.contains(record))
                .findFirst()
                .orElseThrow();
        assertThat(line)
                .contains("dlt-reason:http_415", "dlt-original-topic:zoho.accounts", "dlt-attempts:1", "ce_id:");
        assertThat(documentsOf(record)).isEmpty();
    }

    @Test
    void the_trace_goes_from_the_request_to_the_dead_letter() throws Exception {
        String record = newId();
        String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        cognee.refuse(text -> text.contains("traced " + record), 400, "bad data");
        String body = body("create", "Accounts", record, "\"Account_Name\":\"traced " + record + "\"");

        HttpRequest request = HttpRequest.newBuilder(pipeline.ingress().resolve("/webhooks/zoho"))
                .header("X-Zoho-Signature", WebhookClient.sign(pipeline.variable("WEBHOOK_SECRET"), body))
                .header("traceparent", traceparent)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());

        await().atMost(LIMIT).until(() -> !deadLettersOf(record).isEmpty());
        assertThat(deadLettersOf(record))
                .allSatisfy(letter -> assertThat(Headers.get(letter.headers(), Headers.TRACEPARENT))
                        .contains(traceparent));
    }

    @Test
    void a_wrong_signature_is_401_and_says_nothing_more() {
        HttpResponse<String> response = client.post(newEventId(), "{}", "sha256=" + "0".repeat(64));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(response.body()).doesNotContain("mismatch");
    }

    @Test
    void a_signed_body_that_is_not_json_is_400() {
        assertThat(client.post(newEventId(), "not json").statusCode()).isEqualTo(400);
    }

    private static CogneeDouble.Document awaitDocument(String record) {
        await().atMost(LIMIT).until(() -> !documentsOf(record).isEmpty());
        return documentsOf(record).get(0);
    }

    private static List<CogneeDouble.Document> documentsOf(String record) {
        return cognee.documents().stream()
                .filter(document -> document.name().endsWith("_" + record))
                .toList();
    }

    private static List<ConsumerRecord<String, byte[]>> eventsOf(String record) {
        String[] topics = Topics.ofModules(Topics.DEFAULT_MODULES).toArray(String[]::new);
        return recordsOf(record, topics);
    }

    private static List<ConsumerRecord<String, byte[]>> deadLettersOf(String record) {
        return recordsOf(record, Topics.DLT);
    }

    private static List<ConsumerRecord<String, byte[]>> recordsOf(String record, String... topics) {
        try (TopicReader reader = new TopicReader(pipeline.bootstrapServers(), topics)) {
            return reader.toEnd(LIMIT).stream()
                    .filter(message -> record.equals(message.key()))
                    .toList();
        }
    }

    private static String consoleConsumer(String topic) throws Exception {
        PrintStream console = System.out;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try {
            ConsoleConsumer.main(new String[] {
                "--bootstrap-server",
                pipeline.bootstrapServers(),
                "--topic",
                topic,
                "--from-beginning",
                "--timeout-ms",
                "5000",
                "--formatter-property",
                "print.headers=true"
            });
        } finally {
            System.setOut(console);
        }
        return captured.toString(StandardCharsets.UTF_8);
    }

    private static String body(String operation, String module, String record, String fields) {
        return "{\"operation\":\"%s\",\"module\":\"%s\",\"data\":[{\"id\":\"%s\",\"Modified_Time\":\"%s\",%s}]}"
                .formatted(operation, module, record, Instant.now(), fields);
    }

    private static String newId() {
        return String.valueOf(NEXT_ID.incrementAndGet());
    }

    private static String newEventId() {
        return UUID.randomUUID().toString();
    }
}
