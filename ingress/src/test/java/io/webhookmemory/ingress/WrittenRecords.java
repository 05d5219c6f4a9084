package io.webhookmemory.ingress;

import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.InvalidEventException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What the ingress has written to a broker so far. */
record WrittenRecords(String bootstrapServers) {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    List<ConsumerRecord<String, byte[]>> on(String topic) {
        try (TopicReader reader = new TopicReader(bootstrapServers, topic)) {
            return reader.toEnd(LIMIT);
        }
    }

    /** The record's messages on {@code zoho.webhooks}. */
    List<ConsumerRecord<String, byte[]>> of(String recordId) {
        return on(Topics.WEBHOOKS).stream()
                .filter(message -> recordId.equals(message.key()))
                .toList();
    }

    List<WebhookEvent> events(String recordId) {
        return of(recordId).stream().map(WrittenRecords::event).toList();
    }

    List<ConsumerRecord<String, byte[]>> rejected(String reason) {
        return on(Topics.REJECTED).stream()
                .filter(record -> header(record, Headers.REJECTED_REASON).equals(reason))
                .toList();
    }

    static WebhookEvent event(ConsumerRecord<String, byte[]> record) {
        try {
            return EventCodec.fromBytes(record.value());
        } catch (InvalidEventException e) {
            throw new AssertionError(e);
        }
    }

    /** Empty if there is no such header. */
    static String header(ConsumerRecord<String, byte[]> record, String name) {
        return Headers.get(record.headers(), name).orElse("");
    }

    static String text(ConsumerRecord<String, byte[]> record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }
}
