package io.webhookmemory.sink.retry;

import io.webhookmemory.sink.KafkaWriter;
import io.webhookmemory.sink.OutageGate;
import io.webhookmemory.sink.SinkMetrics;
import io.webhookmemory.sink.failure.Failure;
import io.webhookmemory.sink.sync.Outcome;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
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
        Optional<Instant> since =
                before == 0 ? Optional.empty() : Optional.of(since(message).orElse(Instant.MIN));
        boolean isLast = before >= policy.maxRetries() && !isPatient(message, failure);
        return new OutageGate.Try(String.valueOf(message.key()), since, isLast);
    }

    private boolean isPatient(ConsumerRecord<String, byte[]> message, Failure.Transient failure) {
        return policy.isPatientWith(failure, since(message, failure), clock.instant());
    }

    /**
     * Has the event tried again later without counting that as a failure of its own; returns once Kafka holds it. The
     * longer it has waited, the longer it waits: what is put off over and over must not be all that is done.
     */
    public void putOff(ConsumerRecord<String, byte[]> message, Outcome.Failed failed) {
        Instant now = clock.instant();
        Duration waited = Duration.between(since(message, failed.failure()).orElse(now), now);
        putOff(message, failed, policy.putOff(waited, retryAfter(failed)));
    }

    /** As {@link #putOff}, in an outage: no longer than the gate waits before it lets one through. */
    public void putOffShortly(ConsumerRecord<String, byte[]> message, Outcome.Failed failed) {
        putOff(message, failed, policy.shortly(retryAfter(failed)));
    }

    private void putOff(ConsumerRecord<String, byte[]> message, Outcome.Failed failed, Duration delay) {
        retry(1, message, failed, attempts(message), delay);
        metrics.putOff(failed.failure().reason());
    }

    private static Optional<Duration> retryAfter(Outcome.Failed failed) {
        return failed.failure() instanceof Failure.Transient passing ? passing.retryAfter() : Optional.empty();
    }

    private void retry(
            int tier, ConsumerRecord<String, byte[]> message, Outcome.Failed failed, int attempts, Duration delay) {
        Instant now = clock.instant();
        RecordHeaders headers = described(message, failed, attempts);
        Headers.put(headers, Headers.RETRY_ATTEMPTS, String.valueOf(attempts));
        Headers.put(headers, Headers.RETRY_NOT_BEFORE, now.plus(delay).toString());
        Headers.put(
                headers,
                Headers.RETRY_SINCE,
                since(message, failed.failure()).orElse(now).toString());
        write(Topics.retry(tier), message, headers);
    }

    /** Returns once Kafka holds the dead letter. */
    public void deadLetter(ConsumerRecord<String, byte[]> message, Outcome.Failed failed) {
        deadLetter(List.of(message), failed, attempts(message) + 1);
    }

    /**
     * One dead letter for several messages that ask for the same: the last. It counts as sent back as often as any of
     * them, or it could go in circles in ever new company. Returns once Kafka holds it.
     */
    public void deadLetter(List<ConsumerRecord<String, byte[]>> messages, Outcome.Failed failed, int attempts) {
        ConsumerRecord<String, byte[]> last = messages.get(messages.size() - 1);
        RecordHeaders headers = described(last, failed, attempts);
        headers.remove(Headers.RETRY_ATTEMPTS);
        headers.remove(Headers.RETRY_NOT_BEFORE);
        headers.remove(Headers.RETRY_SINCE);
        messages.stream()
                .mapToInt(message -> number(message, Headers.REDRIVE_COUNT))
                .filter(redrives -> redrives > 0)
                .max()
                .ifPresent(redrives -> Headers.put(headers, Headers.REDRIVE_COUNT, String.valueOf(redrives)));
        write(Topics.DLT, last, headers);
        metrics.deadLettered(failed.failure().reason());
    }

    /**
     * What is to be said of an event on which this program itself failed. It is a dead letter, since it would meet the
     * same failure after a restart.
     *
     * @return empty where that is no one event's doing, and the process has to end: Kafka, memory, or a thread's
     *     interruption
     */
    public static Optional<Outcome.Failed> internalError(Throwable e) {
        boolean processMustEnd = e instanceof KafkaException
                || (e instanceof VirtualMachineError && !(e instanceof StackOverflowError))
                || Thread.currentThread().isInterrupted();
        if (processMustEnd) {
            return Optional.empty();
        }
        // Not its message, which may quote the record.
        StackTraceElement[] trace = e.getStackTrace();
        String where = trace.length == 0 ? "" : " at " + trace[0];
        return Optional.of(new Outcome.Failed(
                new Failure.Permanent("internal_error"),
                "unexpected failure" + where,
                e.getClass().getName()));
    }

    private void write(String topic, ConsumerRecord<String, byte[]> message, RecordHeaders headers) {
        writer.write(new ProducerRecord<>(topic, null, message.key(), message.value(), headers));
    }

    private static int attempts(ConsumerRecord<?, ?> message) {
        return number(message, Headers.RETRY_ATTEMPTS);
    }

    private static int number(ConsumerRecord<?, ?> message, String header) {
        return Headers.get(message.headers(), header)
                .filter(number -> number.matches("\\d{1,9}"))
                .map(Integer::parseInt)
                .orElse(0);
    }

    // A time that cannot be, be it somebody else's header or a clock's that was wrong, is none.
    private Optional<Instant> since(ConsumerRecord<?, ?> message) {
        return Headers.getInstant(message.headers(), Headers.RETRY_SINCE)
                .filter(since -> since.isAfter(Instant.EPOCH) && !since.isAfter(clock.instant()));
    }

    // The patience with a dataset's lock is not to be used up by an outage before, nor by a queue.
    private Optional<Instant> since(ConsumerRecord<?, ?> message, Failure failure) {
        boolean goesOn = Headers.get(message.headers(), Headers.DLT_REASON)
                .filter(failure.reason()::equals)
                .isPresent();
        return goesOn ? since(message) : Optional.empty();
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
