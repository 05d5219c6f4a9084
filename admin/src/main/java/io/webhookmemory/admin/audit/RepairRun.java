package io.webhookmemory.admin.audit;

import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.admin.transfer.TransactionalWriter;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes the events of a repair to the start of the pipeline. */
public final class RepairRun {
    private static final String TRANSACTIONAL_ID = "admin-audit";
    private static final int TRANSACTION_RECORDS = 500;

    private RepairRun() {}

    /**
     * Writes the events; what was committed before a failure or a stop stays, and the next audit finds the rest.
     *
     * @return how many events were written
     */
    public static int publish(KafkaSettings kafka, RepairPlan plan, StopSignal stop) {
        int written = 0;
        if (plan.events().isEmpty()) {
            return written;
        }
        try (TransactionalWriter writer = new TransactionalWriter(kafka, TRANSACTIONAL_ID)) {
            for (WebhookEvent event : plan.events()) {
                if (stop.isAsked()) {
                    break;
                }
                writer.send(message(event, plan.run()));
                written++;
                if (written % TRANSACTION_RECORDS == 0) {
                    writer.commit();
                }
            }
            writer.commit();
        }
        return written;
    }

    private static ProducerRecord<byte[], byte[]> message(WebhookEvent event, String run) {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(
                Topics.WEBHOOKS, event.recordId().getBytes(StandardCharsets.UTF_8), EventCodec.toBytes(event));
        Headers.putCloudEvent(message.headers(), event);
        if (event.eventType() == EventType.REFRESH) {
            Headers.put(message.headers(), Headers.REPLAY_ID, run);
        }
        return message;
    }
}
