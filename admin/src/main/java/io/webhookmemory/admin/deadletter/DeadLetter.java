package io.webhookmemory.admin.deadletter;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.CognifyRequest;
import io.webhookmemory.topics.event.DeadLetterId;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.InvalidEventException;
import io.webhookmemory.topics.wire.JsonSerde;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * A record of the dead letter topic.
 *
 * @param id its position, {@code partition:offset}; used as its name on the command line
 * @param at when it was dead-lettered
 * @param key record id, or dataset; nullable, like every further value that the headers lack
 * @param redrives how often its event was redriven before
 */
public record DeadLetter(
        String id,
        Instant at,
        String key,
        String reason,
        String message,
        String attempts,
        int redrives,
        Content content,
        ConsumerRecord<byte[], byte[]> source) {
    private static final JsonSerde<CognifyRequest> REQUESTS = JsonSerde.cognifyRequest();

    /** What was dead-lettered. */
    public sealed interface Content {
        /** An event that could not be applied. */
        record Event(WebhookEvent event) implements Content {}

        /** A dataset whose graph could not be built. */
        record DatasetJob(CognifyRequest request) implements Content {}

        /** Bytes that no part of the pipeline can read; redriving them would fail again. */
        record Unreadable(String why) implements Content {}
    }

    public static DeadLetter of(ConsumerRecord<byte[], byte[]> record) {
        return new DeadLetter(
                new DeadLetterId(record.partition(), record.offset()).toString(),
                Instant.ofEpochMilli(record.timestamp()),
                record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8),
                header(record, Headers.DLT_REASON).orElse("unknown"),
                header(record, Headers.DLT_EXCEPTION_MESSAGE).orElse(null),
                header(record, Headers.DLT_ATTEMPTS).orElse(null),
                header(record, Headers.REDRIVE_COUNT)
                        .filter(count -> count.matches("\\d{1,9}"))
                        .map(Integer::parseInt)
                        .orElse(0),
                content(record),
                record);
    }

    private static Content content(ConsumerRecord<byte[], byte[]> record) {
        if (header(record, Headers.DLT_ORIGINAL_TOPIC)
                .filter(Topics.COGNIFY::equals)
                .isPresent()) {
            return datasetJob(record.value());
        }
        try {
            return record.key() == null
                    ? new Content.Unreadable("no key")
                    : new Content.Event(EventCodec.fromBytes(record.value()));
        } catch (InvalidEventException e) {
            return new Content.Unreadable(e.getMessage());
        }
    }

    private static Content datasetJob(byte[] value) {
        try {
            CognifyRequest request = REQUESTS.fromBytes(value);
            return request == null || request.dataset() == null
                    ? new Content.Unreadable("no dataset")
                    : new Content.DatasetJob(request);
        } catch (SerializationException e) {
            return new Content.Unreadable("not a cognify request");
        }
    }

    public Optional<WebhookEvent> event() {
        return content instanceof Content.Event event ? Optional.of(event.event()) : Optional.empty();
    }

    /** What the dead letter is about, in a few words. */
    public String subject() {
        if (content instanceof Content.Event event) {
            WebhookEvent change = event.event();
            return change.eventType().wireName() + " " + change.module() + " " + change.recordId();
        }
        return content instanceof Content.DatasetJob job
                ? "graph of " + job.request().dataset()
                : "unreadable: " + ((Content.Unreadable) content).why();
    }

    private static Optional<String> header(ConsumerRecord<?, ?> record, String name) {
        return Headers.get(record.headers(), name);
    }

    /** Identity only: the value is personal data. */
    @Override
    public String toString() {
        return "DeadLetter[" + id + " " + reason + "]";
    }
}
