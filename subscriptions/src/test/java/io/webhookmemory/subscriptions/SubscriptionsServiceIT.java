package io.webhookmemory.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.subscriptions.cli.SubscriptionsCommand;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.redis.EmbeddedRedis;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The running service on a real broker, against the double of Zoho. */
class SubscriptionsServiceIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static KafkaForTests kafka;
    private static EmbeddedRedis redis;

    private final ZohoDouble zoho = ZohoDouble.start();
    private final List<SubscriptionsService> instances = new ArrayList<>();

    @BeforeAll
    static void startParts() {
        kafka = KafkaForTests.withTopics(Map.of());
        redis = EmbeddedRedis.start();
    }

    @AfterAll
    static void stopParts() {
        redis.close();
        kafka.close();
    }

    @BeforeEach
    void start() {
        instances.add(service("a"));
    }

    @AfterEach
    void stop() {
        instances.forEach(SubscriptionsService::close);
        zoho.close();
    }

    @Test
    void one_instance_leads_and_another_takes_over() {
        await().atMost(LIMIT).until(() -> expiry(instances.get(0)).matches("\\d.*"));
        instances.add(service("b"));
        await().atMost(LIMIT).until(() -> leaders() == 1);

        SubscriptionsService leader =
                instances.stream().filter(this::isLeading).findFirst().orElseThrow();
        instances.remove(leader);
        leader.close();
        zoho.dropChannel(zoho.channels().get(0).channelId());

        await().atMost(LIMIT).until(() -> zoho.channels().size() == 6);
        assertThat(isLeading(instances.get(0))).isTrue();
    }

    @Test
    void what_changed_while_no_notification_came_is_published_after_a_restart_and_by_hand() throws Exception {
        zoho.loseNotifications(() -> true);
        await().atMost(LIMIT).until(() -> swept().contains("\"Deals\":"));
        instances.remove(0).close();
        String before = swept();
        zoho.put("Deals", Json.MAPPER.createObjectNode().put("id", "77"));
        zoho.put("Notes", Json.MAPPER.createObjectNode().put("id", "78"));

        instances.add(service("again"));

        await().atMost(LIMIT).until(() -> !swept().equals(before));
        assertThat(events("77", EventSource.SWEEP)).hasSize(1);
        assertThat(events("78", EventSource.SWEEP)).hasSize(1);
        StringWriter out = new StringWriter();
        int code = SubscriptionsCommand.commandLine(new Environment(variables("cli")), Clock.systemUTC())
                .setOut(new PrintWriter(out))
                .execute("sweep", "--since", "0s", "--module", "Deals");
        assertThat(code).isZero();
        assertThat(out.toString()).contains("Deals: 1 events");
        assertThat(events("77", EventSource.SWEEP))
                .hasSize(2)
                .extracting(WebhookEvent::eventId)
                .containsOnly(events("77", EventSource.SWEEP).get(0).eventId());
    }

    private List<WebhookEvent> events(String recordId, EventSource source) throws Exception {
        List<WebhookEvent> events = new ArrayList<>();
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), Topics.WEBHOOKS)) {
            for (var message : reader.toEnd(LIMIT)) {
                events.add(EventCodec.fromBytes(message.value()));
            }
        }
        events.removeIf(event -> !event.recordId().equals(recordId) || event.source() != source);
        return events;
    }

    /** Up to when each module was read, as it is in Kafka. */
    private static String swept() throws Exception {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))) {
            return admin
                    .listConsumerGroupOffsets(Topics.SUBSCRIPTIONS_GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .values()
                    .stream()
                    .map(OffsetAndMetadata::metadata)
                    .collect(Collectors.joining());
        }
    }

    private long leaders() {
        return instances.stream().filter(this::isLeading).count();
    }

    private boolean isLeading(SubscriptionsService instance) {
        return !expiry(instance).equals("NaN");
    }

    private static String expiry(SubscriptionsService instance) {
        return prometheus(instance)
                .lines()
                .filter(line -> line.startsWith("subscriptions_expiry"))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElse("NaN");
    }

    private static String prometheus(SubscriptionsService instance) {
        URI metrics = URI.create("http://localhost:" + instance.managementPort() + "/metrics");
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private SubscriptionsService service(String instance) {
        SubscriptionsService service = SubscriptionsService.create(new Environment(variables(instance)));
        service.start();
        return service;
    }

    private Map<String, String> variables(String instance) {
        Map<String, String> variables = new HashMap<>(zoho.variables());
        variables.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        variables.put("REDIS_PORT", String.valueOf(redis.port()));
        variables.put("SUBSCRIPTIONS_MANAGEMENT_PORT", "0");
        variables.put("WEBHOOK_SECRET", "a-secret-of-at-least-thirty-two-characters");
        variables.put("WEBHOOK_BASE_URL", "http://localhost:1");
        variables.put("WEBHOOK_SUBSCRIPTION_CHECK_INTERVAL", "1");
        variables.put("INSTANCE_ID", instance);
        variables.put("KAFKA_HEARTBEAT_INTERVAL_MS", "300");
        variables.put("ZOHO_RATE_LIMIT", "1000");
        return variables;
    }
}
