package io.webhookmemory.admin.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.zoho.webhook.Delivery;
import io.webhookmemory.zoho.webhook.PathTarget;
import io.webhookmemory.zoho.webhook.RejectedWebhook;
import io.webhookmemory.zoho.webhook.WebhookRules;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class RejectedRecordsTest {
    private static final String FIELDS = "\"operation\":\"update\",\"module\":\"Deals\"";

    private final RejectedRecords records = new RejectedRecords(WebhookRules.of(Topics.DEFAULT_MODULES));

    @Test
    void a_webhook_of_more_records_than_the_ingress_takes_is_replayed() {
        assertThat(replayed("{" + FIELDS + ",\"data\":[" + "{\"id\":1},".repeat(19_999) + "{\"id\":1}]}"))
                .hasSize(20_000);
    }

    @Test
    void a_webhook_that_stands_for_gigabytes_is_not() {
        assertThat(replayed("{" + FIELDS + ",\"data\":[" + "{\"id\":1},".repeat(2_999)
                        + "{\"id\":1}],\"modified_fields\":[" + "\"x\",".repeat(60_000) + "\"x\"]}"))
                .isEmpty();
    }

    @Test
    void a_form_is_parsed_again_by_its_content_type_and_its_path() {
        Delivery delivery = new Delivery(
                "application/x-www-form-urlencoded; charset=windows-1252",
                null,
                Sender.of(EventSource.TOKEN),
                Instant.EPOCH,
                Optional.of(new PathTarget("Deals", "update")));

        assertThat(replayed("token=" + "t".repeat(32) + "&id=7&Stage=Verl%E4ngert", delivery))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.module()).isEqualTo("Deals");
                    assertThat(event.source()).isEqualTo(EventSource.TOKEN);
                    assertThat(event.recordData()).hasToString("{\"id\":\"7\",\"Stage\":\"Verl\u00e4ngert\"}");
                });
    }

    private List<WebhookEvent> replayed(String body) {
        return replayed(body, new Delivery(null, null, Sender.of(EventSource.SIGNED), Instant.EPOCH));
    }

    private List<WebhookEvent> replayed(String body, Delivery delivery) {
        ProducerRecord<byte[], byte[]> kept =
                RejectedWebhook.of(body.getBytes(StandardCharsets.UTF_8), delivery, "too many");
        return records.events(new ConsumerRecord<>(
                Topics.REJECTED,
                0,
                0,
                0,
                TimestampType.CREATE_TIME,
                0,
                kept.value().length,
                null,
                kept.value(),
                kept.headers(),
                Optional.empty()));
    }
}
