package io.webhookmemory.sink.retry;

import io.webhookmemory.sink.KafkaWriter;
import io.webhookmemory.sink.OutageGate;
import io.webhookmemory.sink.SinkMetrics;
import io.webhookmemory.sink.cognee.Failure;
import io.webhookmemory.sink.sync.Outcome;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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
        if (failed.failure() instanceof Failure.Transient passing && isPatient(message, passing)) {
            putOff(message, failed);
        } else if (failed.failure() instanceof Failure.Transient passing && attempts <= policy.maxRetries()) {
            retry(attempts, message, failed, attempts, policy.delay(attempts, passing.retryAfter()));
            metrics.retried(attempts);
        } else {
            deadLetter(message, failed);
        }
    }

    /** Whether there is a topic to put events off to. */
    public boolean canPutOff() {
        return policy.maxRetries() > 0;
    }

    /** What a gate has to know of a try that failed. */
    public OutageGate.Try tried(ConsumerRecord<String, byte[]> message, Failure.Transient failure) {
        int before = attempts(message);
        Optional<Instant> since = before == 0
                ? Optional.empty()
                : Optional.of(firstFailure(message).orElse(Instant.MIN));
        boolean isLast = before >= policy.maxRetries() && !isPatient(message, failure);
        return new OutageGate.Try(String.valueOf(message.key()), since, isLast);
    }

    private boolean isPatient(ConsumerRecord<String, byte[]> message, Failure.Transient failure) {
        return policy.isPatientWith(failure, firstFailure(message), clock.instant());
    }

    /**
     * Has the event tried again later without counting that as a failure of its own; returns once Kafka holds it. The
     * longer it has waited, the longer it waits: what is put off over and over must not be all that is done.
     */
    public void putOff(ConsumerRecord<String, byte[]> message, Outcome.Failed failed) {
        Duration waited = Duration.between(firstFailure(message).orElse(clock.instant()), clock.instant());
        retry(1, message, failed, attempts(message), policy.putOff(waited));
        metrics.putOff(failed.failure().reason());
    }

    private void retry(
            int tier, ConsumerRecord<String, byte[]> message, Outcome.Failed failed, int attempts, Duration delay) {
        Instant now = clock.instant();
        RecordHeaders headers = described(message, failed, attempts);
        Headers.put(headers, Headers.RETRY_ATTEMPTS, String.valueOf(attempts));
        Headers.put(headers, Headers.RETRY_NOT_BEFORE, now.plus(delay).toString());
        Headers.put(
                headers, Headers.RETRY_SINCE, firstFailure(message).orElse(now).toString());
        write(Topics.retry(tier), message, headers);
    }

    /** Returns once Kafka holds the dead letter. */
    public void deadLetter(ConsumerRecord<String, byte[]> message, Outcome.Failed failed) {
        RecordHeaders headers = described(message, failed, attempts(message) + 1);
        headers.remove(Headers.RETRY_ATTEMPTS);
        headers.remove(Headers.RETRY_NOT_BEFORE);
        headers.remove(Headers.RETRY_SINCE);
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

    private static Optional<Instant> firstFailure(ConsumerRecord<?, ?> message) {
        return Headers.getInstant(message.headers(), Headers.RETRY_SINCE);
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
