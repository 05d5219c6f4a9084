package io.webhookmemory.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.embedded.FreePort;
import io.webhookmemory.embedded.redis.EmbeddedRedis;
import io.webhookmemory.embedded.zoho.ZohoDouble;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.json.Json;
import io.webhookmemory.testing.KafkaForTests;
import io.webhookmemory.testing.TopicReader;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import java.io.PrintWriter;
import java.io.StringWriter;
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

/** Running services with Zoho's credentials, on a real broker: they keep themselves subscribed. */
class SubscriptionDutyIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static KafkaForTests kafka;
    private static EmbeddedRedis redis;

    private final ZohoDouble zoho = ZohoDouble.start();
    private final int port = FreePort.any();
    private final List<IngressFixture> instances = new ArrayList<>();

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
        instances.add(ingress("a"));
    }

    @AfterEach
    void stop() {
        instances.forEach(IngressFixture::close);
        zoho.close();
    }

    @Test
    void a_service_registers_itself_is_told_of_changes_and_believes_them() throws Exception {
        await().atMost(LIMIT).until(() -> zoho.channels().size() == 6);

        zoho.put("Deals", Json.MAPPER.createObjectNode().put("id", "5725767000003000064"));
        zoho.put(
                "Deals",
                Json.MAPPER.createObjectNode().put("id", "5725767000003000064").put("Stage", "Won"));
        zoho.delete("Deals", "5725767000003000064");

        await().atMost(LIMIT).until(() -> instances.get(0).readiness().contains("the first webhook to end ends at "));
        assertThat(zoho.deliveries()).hasSize(3).allMatch(delivery -> delivery.status() == 200);
        List<WebhookEvent> events = events("5725767000003000064", EventSource.CHANNEL);
        assertThat(events)
                .extracting(WebhookEvent::eventType)
                .containsExactly(EventType.CREATE, EventType.UPDATE, EventType.DELETE);
        assertThat(events.get(1).recordData().path("Stage").asText()).isEqualTo("Won");
    }

    @Test
    void one_instance_has_the_duty_and_another_takes_it_over() {
        await().atMost(LIMIT).until(() -> expiry(instances.get(0)).matches("\\d.*"));
        instances.add(ingress("b"));
        await().atMost(LIMIT).until(() -> leaders() == 1);

        IngressFixture leader =
                instances.stream().filter(this::isLeading).findFirst().orElseThrow();
        instances.remove(leader);
        leader.close();
        zoho.dropChannel(zoho.channels().get(0).channelId());

        await().atMost(LIMIT).until(() -> zoho.channels().size() == 6);
        assertThat(isLeading(instances.get(0))).isTrue();
    }

    @Test
    void what_changed_while_nobody_listened_is_put_in_after_a_restart_and_by_hand() throws Exception {
        zoho.loseNotifications(() -> true);
        await().atMost(LIMIT).until(() -> swept().contains("\"Deals\":"));
        instances.remove(0).close();
        String before = swept();
        zoho.put("Deals", Json.MAPPER.createObjectNode().put("id", "77"));
        zoho.put("Notes", Json.MAPPER.createObjectNode().put("id", "78"));

        instances.add(ingress("again"));

        await().atMost(LIMIT).until(() -> !swept().equals(before));
        assertThat(events("77", EventSource.SWEEP)).hasSize(1);
        assertThat(events("78", EventSource.SWEEP)).hasSize(1);
        StringWriter out = new StringWriter();
        int code = IngressCommand.commandLine(new Environment(variables("cli")), Clock.systemUTC())
                .setOut(new PrintWriter(out))
                .execute("subscriptions", "sweep", "--since", "0s", "--module", "Deals");
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
                    .listConsumerGroupOffsets("ingress-subscriptions")
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

    private boolean isLeading(IngressFixture instance) {
        return !expiry(instance).equals("NaN");
    }

    private static String expiry(IngressFixture instance) {
        return instance.prometheus()
                .lines()
                .filter(line -> line.startsWith("ingress_subscriptions_expiry"))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElse("NaN");
    }

    private IngressFixture ingress(String instance) {
        return IngressFixture.start(kafka.bootstrapServers(), redis.port(), variables(instance));
    }

    private Map<String, String> variables(String instance) {
        Map<String, String> variables = new HashMap<>(zoho.variables());
        variables.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        variables.put("WEBHOOK_SECRET", IngressFixture.SECRET);
        variables.put("INGRESS_PORT", instances.isEmpty() ? String.valueOf(port) : "0");
        variables.put("WEBHOOK_BASE_URL", "http://localhost:" + port);
        variables.put("WEBHOOK_SUBSCRIPTION_CHECK_INTERVAL", "1");
        variables.put("INSTANCE_ID", instance);
        variables.put("KAFKA_HEARTBEAT_INTERVAL_MS", "300");
        variables.put("ZOHO_RATE_LIMIT", "1000");
        return variables;
    }
}
