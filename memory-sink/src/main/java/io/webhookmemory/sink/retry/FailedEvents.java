package io.webhookmemory.sink.retry;

import io.webhookmemory.sink.KafkaWriter;
import io.webhookmemory.sink.SinkMetrics;
import io.webhookmemory.sink.cognee.Failure;
import io.webhookmemory.sink.sync.Outcome;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import java.time.Clock;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Sends a failed event to where it is tried again, or to the dead letter topic. The value is never changed. */
public final class FailedEvents {
    private static final int MAX_MESSAGE_LENGTH = 500;

    private final KafkaWriter writer;
    private final RetryPolicy policy;
    private final SinkMetrics metrics;
    private final Clock clock;

    public FailedEvents(KafkaWriter writer, RetryPolicy policy, SinkMetrics metrics, Clock clock) {
        this.writer = writer;
        this.policy = policy;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Returns once Kafka holds the event in its new place; until then its old one must not be committed. */
    public void put(ConsumerRecord<String, byte[]> message, Outcome.Failed failed) {
        int attempts = attempts(message) + 1;
        if (failed.failure() instanceof Failure.Transient passing && attempts <= policy.maxRetries()) {
            Instant due = clock.instant().plus(policy.delay(attempts, passing.retryAfter()));
            RecordHeaders headers = described(message, failed, attempts);
            Headers.put(headers, Headers.RETRY_ATTEMPTS, String.valueOf(attempts));
            Headers.put(headers, Headers.RETRY_NOT_BEFORE, due.toString());
            write(Topics.retry(attempts), message, headers);
            metrics.retried(attempts);
        } else {
            deadLetter(message, failed);
        }
    }

    /** Returns once Kafka holds the dead letter. */
    public void deadLetter(ConsumerRecord<String, byte[]> message, Outcome.Failed failed) {
        RecordHeaders headers = described(message, failed, attempts(message) + 1);
        headers.remove(Headers.RETRY_ATTEMPTS);
        headers.remove(Headers.RETRY_NOT_BEFORE);
        write(Topics.DLT, message, headers);
        metrics.deadLettered(failed.failure().reason());
    }

    private void write(String topic, ConsumerRecord<String, byte[]> message, RecordHeaders headers) {
        writer.write(new ProducerRecord<>(topic, null, message.key(), message.value(), headers));
    }

    private static int attempts(ConsumerRecord<?, ?> message) {
        return Headers.get(message.headers(), Headers.RETRY_ATTEMPTS)
                .filter(attempts -> attempts.matches("\\d"))
                .map(Integer::parseInt)
                .orElse(0);
    }

    // Each failure overwrites the one before: the headers stay bounded, and the newest reason is the one that counts.
    private RecordHeaders described(ConsumerRecord<String, byte[]> message, Outcome.Failed failed, int attempts) {
        RecordHeaders headers = new RecordHeaders(message.headers());
        Headers.put(headers, Headers.DLT_REASON, failed.failure().reason());
        Headers.put(headers, Headers.DLT_EXCEPTION_CLASS, failed.exceptionClass());
        Headers.put(headers, Headers.DLT_EXCEPTION_MESSAGE, shortened(failed.message()));
        Headers.put(headers, Headers.DLT_ATTEMPTS, String.valueOf(attempts));
        Headers.put(headers, Headers.DLT_FAILED_AT, clock.instant().toString());
        if (headers.lastHeader(Headers.DLT_ORIGINAL_TOPIC) == null) {
            Headers.put(headers, Headers.DLT_ORIGINAL_TOPIC, message.topic());
            Headers.put(headers, Headers.DLT_ORIGINAL_PARTITION, String.valueOf(message.partition()));
            Headers.put(headers, Headers.DLT_ORIGINAL_OFFSET, String.valueOf(message.offset()));
            Headers.put(headers, Headers.DLT_ORIGINAL_TIMESTAMP, String.valueOf(message.timestamp()));
        }
        return headers;
    }

    private static String shortened(String text) {
        return text.length() <= MAX_MESSAGE_LENGTH ? text : text.substring(0, MAX_MESSAGE_LENGTH) + "…";
    }
}
