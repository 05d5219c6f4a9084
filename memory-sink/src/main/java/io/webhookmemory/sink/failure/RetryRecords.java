package io.webhookmemory.sink.failure;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Creates the records for the retry topics and the dead letter topic. The event itself stays unchanged. */
public final class RetryRecords {
    private static final int MAX_MESSAGE_LENGTH = 500;

    private RetryRecords() {}

    /**
     * The record to write for a decision.
     *
     * @param before the history before the attempt
     * @return empty if nothing is written because the event is held
     */
    public static Optional<ProducerRecord<String, byte[]>> of(
            ConsumerRecord<String, byte[]> message,
            History before,
            FailedAttempt failed,
            Decision decision,
            Instant now) {
        History history = before.after(failed.failure(), decision, now);
        return decision.fold(
                retry -> Optional.of(later(retry.tier(), message, history, failed, retry.delay(), now)),
                defer -> Optional.of(later(1, message, history, failed, defer.delay(), now)),
                hold -> Optional.empty(),
                dead -> Optional.of(deadLetter(List.of(message), failed, before.retries() + 1, now)));
    }

    private static ProducerRecord<String, byte[]> later(
            int tier,
            ConsumerRecord<String, byte[]> message,
            History history,
            FailedAttempt failed,
            Duration delay,
            Instant now) {
        RecordHeaders headers = described(message, failed, history.retries(), now);
        Headers.put(headers, Headers.RETRY_ATTEMPTS, String.valueOf(history.retries()));
        Headers.put(headers, Headers.RETRY_FAILURES, String.valueOf(history.failures()));
        Headers.put(headers, Headers.RETRY_NOT_BEFORE, now.plus(delay).toString());
        Headers.put(headers, Headers.RETRY_SINCE, history.since().orElse(now).toString());
        return record(Topics.retry(tier), message, headers);
    }

    /**
     * One dead letter for several messages with the same request: the last one. Its redrive count is the highest of
     * all; otherwise a request could be redriven forever, each time together with others.
     *
     * @param attempts how often it was tried
     */
    public static ProducerRecord<String, byte[]> deadLetter(
            List<ConsumerRecord<String, byte[]>> messages, FailedAttempt failed, int attempts, Instant now) {
        ConsumerRecord<String, byte[]> last = messages.get(messages.size() - 1);
        RecordHeaders headers = described(last, failed, attempts, now);
        List.of(Headers.RETRY_ATTEMPTS, Headers.RETRY_FAILURES, Headers.RETRY_NOT_BEFORE, Headers.RETRY_SINCE)
                .forEach(headers::remove);
        messages.stream()
                .mapToInt(message -> History.number(message, Headers.REDRIVE_COUNT))
                .filter(redrives -> redrives > 0)
                .max()
                .ifPresent(redrives -> Headers.put(headers, Headers.REDRIVE_COUNT, String.valueOf(redrives)));
        return record(Topics.DLT, last, headers);
    }

    private static ProducerRecord<String, byte[]> record(
            String topic, ConsumerRecord<String, byte[]> message, RecordHeaders headers) {
        return new ProducerRecord<>(topic, null, message.key(), message.value(), headers);
    }

    // Each failure replaces the headers of the one before, which bounds them; only the newest reason matters.
    private static RecordHeaders described(
            ConsumerRecord<String, byte[]> message, FailedAttempt failed, int attempts, Instant now) {
        RecordHeaders headers = new RecordHeaders(message.headers());
        Headers.put(headers, Headers.DLT_REASON, failed.failure().reason());
        Headers.put(headers, Headers.DLT_EXCEPTION_CLASS, failed.exceptionClass());
        Headers.put(headers, Headers.DLT_EXCEPTION_MESSAGE, shortened(failed.message()));
        Headers.put(headers, Headers.DLT_ATTEMPTS, String.valueOf(attempts));
        Headers.put(headers, Headers.DLT_FAILED_AT, now.toString());
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
