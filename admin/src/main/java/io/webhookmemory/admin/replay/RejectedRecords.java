package io.webhookmemory.admin.replay;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.InvalidEventException;
import io.webhookmemory.zoho.webhook.Delivery;
import io.webhookmemory.zoho.webhook.EventBudget;
import io.webhookmemory.zoho.webhook.Parsed;
import io.webhookmemory.zoho.webhook.RejectedWebhook;
import io.webhookmemory.zoho.webhook.WebhookParser;
import io.webhookmemory.zoho.webhook.WebhookRules;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Turns records of {@code zoho.webhooks.rejected} into events if they can be processed now. Webhooks that the ingress
 * rejected are parsed again; events that the stream-processor rejected are taken as they are.
 */
final class RejectedRecords {
    private final WebhookRules rules;

    RejectedRecords(WebhookRules rules) {
        this.rules = rules;
    }

    /** The events of a rejected record; empty if it still cannot be processed. */
    List<WebhookEvent> events(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return List.of();
        }
        return RejectedWebhook.delivery(record)
                .map(delivery -> parsed(record, delivery))
                .orElseGet(() -> event(record).stream().toList());
    }

    // If the webhook has neither an id nor a time, use the position of the record as id: parsed again, it yields the
    // same event.
    private List<WebhookEvent> parsed(ConsumerRecord<byte[], byte[]> record, Delivery delivery) {
        String place = "rejected:" + record.partition() + "@" + record.offset();
        WebhookParser parser = new WebhookParser(rules, EventBudget.REPLAY, () -> place);
        return parser.parse(record.value(), delivery) instanceof Parsed.Events webhook ? webhook.events() : List.of();
    }

    private Optional<WebhookEvent> event(ConsumerRecord<byte[], byte[]> record) {
        try {
            WebhookEvent event = EventCodec.fromBytes(record.value());
            return Optional.of(event).filter(readable -> rules.modules().contains(readable.module()));
        } catch (InvalidEventException e) {
            return Optional.empty();
        }
    }

    /** An event of a rejected record in the form in which it is replayed. */
    static ProducerRecord<byte[], byte[]> replayed(
            WebhookEvent event, ConsumerRecord<byte[], byte[]> record, String replayId) {
        ProducerRecord<byte[], byte[]> replayed = new ProducerRecord<>(
                Topics.WEBHOOKS, event.recordId().getBytes(StandardCharsets.UTF_8), EventCodec.toBytes(event));
        Headers.putCloudEvent(replayed.headers(), event);
        Headers.get(record.headers(), Headers.TRACEPARENT)
                .ifPresent(trace -> Headers.put(replayed.headers(), Headers.TRACEPARENT, trace));
        Headers.put(replayed.headers(), Headers.REPLAY_ID, replayId);
        return replayed;
    }
}
