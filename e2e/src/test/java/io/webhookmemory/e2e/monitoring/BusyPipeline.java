package io.webhookmemory.e2e.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.quickstart.LocalPipeline;
import io.webhookmemory.quickstart.WebhookClient;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The whole pipeline with an organisation in Zoho, to which a little of everything happens, so that every metric moves. */
final class BusyPipeline implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String ACCOUNT = "5725767000000000042";
    private static final String REFUSED = "scan that nobody can read";

    private final ZohoDouble zoho;
    private final LocalPipeline pipeline;
    private final WebhookClient client;

    private BusyPipeline(ZohoDouble zoho, LocalPipeline pipeline) {
        this.zoho = zoho;
        this.pipeline = pipeline;
        this.client = pipeline.webhookClient();
    }

    static BusyPipeline start() {
        ZohoDouble zoho = ZohoDouble.start();
        int port = FreePort.any();
        Map<String, String> variables = new HashMap<>(zoho.variables());
        variables.put("INGRESS_PORT", String.valueOf(port));
        variables.put("WEBHOOK_BASE_URL", "http://localhost:" + port);
        variables.put("WEBHOOK_SUBSCRIPTION_CHECK_INTERVAL", "1");
        variables.put("WEBHOOK_SWEEP_INTERVAL", "2");
        variables.put("WEBHOOK_RETRY_DELAY_BASE", "0.2");
        variables.put("WEBHOOK_BATCH_TIMEOUT", "1");
        variables.put("ZOHO_RATE_LIMIT", "1000");
        // One audit, at the start: a later one would take the failures that are meant for the memory-sink.
        variables.put("AUDIT_INTERVAL", "3600");
        try {
            return new BusyPipeline(zoho, LocalPipeline.start(variables));
        } catch (RuntimeException e) {
            zoho.close();
            throw e;
        }
    }

    int managementPort(String service) {
        return Integer.parseInt(pipeline.variable(service + "_MANAGEMENT_PORT"));
    }

    /** Of all services together. */
    String metrics() {
        StringBuilder text = new StringBuilder();
        for (String service : new String[] {"INGRESS", "SUBSCRIPTIONS", "STREAM_PROCESSOR", "MEMORY_SINK"}) {
            text.append(get(URI.create("http://localhost:" + managementPort(service) + "/metrics")));
        }
        return text.toString();
    }

    /**
     * Lets happen what moves the metrics, and returns when all of it has.
     *
     * @param round another each time: the records change again
     */
    void work(int round) {
        pipeline.cognee().orElseThrow().refuse(text -> text.contains(REFUSED), 415, "Unsupported file content");
        zoho.loseNotifications(() -> true);
        zoho.put("Accounts", record("5725767000000000041", "Account_Name", "Known to a sweep only, " + round));
        zoho.loseNotifications(() -> false);
        zoho.put("Accounts", record(ACCOUNT, "Account_Name", "Reported twice, " + round));
        zoho.put("Contacts", record("5725767000000000043", "Last_Name", "Reported by a channel, " + round));
        zoho.put("Notes", record("5725767000000000044", "Note_Content", REFUSED + ", " + round));

        post("e1-" + round, "update", ACCOUNT);
        await().atMost(LIMIT).until(() -> post("e1-" + round, "update", ACCOUNT).contains("duplicate"));
        assertThat(client.post("e2-" + round, "{}", "wrong").statusCode()).isEqualTo(401);
        assertThat(client.post("e3-" + round, "{\"module\":\"Nothing\"}").statusCode())
                .isEqualTo(422);
        pipeline.cognee().orElseThrow().failNext(1, 500, "Tried twice");
        // In a dataset of its own: in one call with others, the sink would repeat it within the same attempt.
        ObjectNode deal = record("5725767000000000045", "Deal_Name", "Tried twice, " + round);
        deal.putObject("Account_Name").put("id", "5725767000000000046");
        zoho.put("Deals", deal);
        repeatBehindTheDoor(round);

        for (String moved : new String[] {
            "ingress_requests_total{.*outcome=\"accepted\".*} [1-9].*",
            "ingress_verified_total{.*source=\"channel\".*} [1-9].*",
            "processor_rejected_total{.*} [1-9].*",
            "processor_duplicates_total{.*} [1-9].*",
            "processor_stale_total{.*} [1-9].*",
            "sink_sweep_found_total{.*} [1-9].*",
            "sink_retries_total{.*} [1-9].*",
            "sink_dead_letters_total{.*} [1-9].*",
            "sink_cognify_runs_total{.*} [1-9].*",
        }) {
            await(moved)
                    .atMost(LIMIT)
                    .until(() -> metrics().lines().anyMatch(line -> line.matches(moved.replace("{", "\\{"))));
        }
    }

    // Straight onto the topic: what is no event, an event twice, and a change from before the deletion of its record.
    private void repeatBehindTheDoor(int round) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, pipeline.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            send(producer, "no JSON");
            send(producer, event("twice-" + round, "delete", "2026-06-01T00:00:00Z"));
            send(producer, event("twice-" + round, "delete", "2026-06-01T00:00:00Z"));
            send(producer, event("late-" + round, "update", "2026-05-01T00:00:00Z"));
        }
    }

    private static void send(KafkaProducer<String, byte[]> producer, String value) {
        producer.send(new ProducerRecord<>(Topics.WEBHOOKS, "77", value.getBytes(StandardCharsets.UTF_8)));
    }

    private static String event(String id, String type, String time) {
        return """
               {"event_id":"%s","event_type":"%s","module":"Deals","record_id":"77","record_data":{"id":"77"},\
               "modified_fields":[],"timestamp":"%s","user_id":null,"received_at":"%s","source":"signed"}""".formatted(id, type, time, time);
    }

    private String post(String eventId, String operation, String record) {
        return client.post(
                        eventId,
                        "{\"operation\":\"%s\",\"module\":\"Accounts\",\"data\":[{\"id\":\"%s\"}]}"
                                .formatted(operation, record))
                .body();
    }

    private static ObjectNode record(String id, String field, String value) {
        return Json.MAPPER.createObjectNode().put("id", id).put(field, value);
    }

    private static String get(URI address) {
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading metrics", e);
        }
    }

    @Override
    public void close() {
        pipeline.close();
        zoho.close();
    }
}
