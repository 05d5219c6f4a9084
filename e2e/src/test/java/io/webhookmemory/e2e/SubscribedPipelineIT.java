package io.webhookmemory.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.quickstart.LocalPipeline;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The pipeline with Zoho's credentials: it keeps itself subscribed, and believes the notifications it gets. */
class SubscribedPipelineIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String DEAL = "5725767000003000064";

    @Test
    void changes_in_zoho_reach_the_ingress_through_the_channels_that_the_subscriptions_service_keeps()
            throws Exception {
        int port = FreePort.any();
        try (ZohoDouble zoho = ZohoDouble.start();
                LocalPipeline pipeline = LocalPipeline.start(variables(zoho, port))) {
            await().atMost(LIMIT).until(() -> zoho.channels().size() == 6);

            zoho.put("Deals", Json.MAPPER.createObjectNode().put("id", DEAL));
            zoho.put("Deals", Json.MAPPER.createObjectNode().put("id", DEAL).put("Stage", "Won"));
            zoho.delete("Deals", DEAL);

            assertThat(zoho.deliveries()).hasSize(3).allMatch(delivery -> delivery.status() == 200);
            List<WebhookEvent> events = notified(pipeline);
            assertThat(events)
                    .extracting(WebhookEvent::eventType)
                    .containsExactly(EventType.CREATE, EventType.UPDATE, EventType.DELETE);
            assertThat(events.get(1).recordData().path("Stage").asText()).isEqualTo("Won");
        }
    }

    private static List<WebhookEvent> notified(LocalPipeline pipeline) throws Exception {
        List<WebhookEvent> events = new ArrayList<>();
        try (TopicReader reader = new TopicReader(pipeline.bootstrapServers(), Topics.WEBHOOKS)) {
            for (var record : reader.toEnd(LIMIT)) {
                events.add(EventCodec.fromBytes(record.value()));
            }
        }
        events.removeIf(event -> !event.recordId().equals(DEAL) || event.source() != EventSource.CHANNEL);
        return events;
    }

    private static Map<String, String> variables(ZohoDouble zoho, int port) {
        Map<String, String> variables = new HashMap<>(zoho.variables());
        variables.put("INGRESS_PORT", String.valueOf(port));
        variables.put("WEBHOOK_BASE_URL", "http://localhost:" + port);
        variables.put("WEBHOOK_SUBSCRIPTION_CHECK_INTERVAL", "1");
        variables.put("ZOHO_RATE_LIMIT", "1000");
        return variables;
    }
}
