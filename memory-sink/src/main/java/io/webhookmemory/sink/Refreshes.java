package io.webhookmemory.sink;

import io.webhookmemory.service.json.Json;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Has an account read again when one of its records changed: its totals and dates may have changed with it, of which Zoho
 * tells nobody. As an event under the account's own key, so that its document has one writer.
 */
final class Refreshes {
    private static final String ACCOUNTS = "Accounts";

    private final KafkaWriter writer;
    private final boolean wanted;

    /** @param wanted whether accounts can be read again, and are kept at all */
    Refreshes(KafkaWriter writer, boolean wanted) {
        this.writer = writer;
        this.wanted = wanted;
    }

    /** Returns once Kafka holds the request. */
    void after(WebhookEvent child) {
        if (!wanted || child.accountId() == null || child.module().equals(ACCOUNTS)) {
            return;
        }
        WebhookEvent refresh = WebhookEvent.received(
                        "refresh:" + child.eventId(),
                        EventType.REFRESH,
                        ACCOUNTS,
                        child.accountId(),
                        Json.MAPPER.createObjectNode(),
                        List.of(),
                        child.timestamp(),
                        child.userId(),
                        child.receivedAt(),
                        child.source())
                .routed(Json.MAPPER.createObjectNode(), child.timestamp(), child.accountId(), false, null);
        ProducerRecord<String, byte[]> message =
                new ProducerRecord<>(Topics.ofModule(ACCOUNTS), refresh.recordId(), EventCodec.toBytes(refresh));
        Headers.putCloudEvent(message.headers(), refresh);
        writer.write(message);
    }
}
