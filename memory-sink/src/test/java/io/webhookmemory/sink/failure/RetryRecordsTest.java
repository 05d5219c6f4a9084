package io.webhookmemory.sink.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.cognee.Failure;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where failed events go, and what their headers say. */
class RetryRecordsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Failure TIMEOUT = new Failure.Transient(Failure.TIMEOUT, Optional.empty());

    private final ConsumerRecord<String, byte[]> message = message();

    @Test
    void a_retry_says_when_it_is_due_how_often_the_event_failed_and_where_it_came_from() {
        ProducerRecord<String, byte[]> record = record(TIMEOUT, new Decision.Retry(2, Duration.ofSeconds(4)));

        assertThat(record.topic()).isEqualTo(Topics.retry(2));
        assertThat(record.key()).isEqualTo("key");
        assertThat(record.value()).isEqualTo(message.value());
        assertThat(header(record, Headers.RETRY_ATTEMPTS)).contains("2");
        assertThat(header(record, Headers.RETRY_FAILURES)).contains("1");
        assertThat(header(record, Headers.RETRY_NOT_BEFORE)).contains("2026-01-01T12:00:04Z");
        assertThat(header(record, Headers.RETRY_SINCE)).contains(NOW.toString());
        assertThat(header(record, Headers.DLT_REASON)).contains("timeout");
        assertThat(header(record, Headers.DLT_ORIGINAL_TOPIC)).contains("zoho.deals");
        assertThat(header(record, Headers.DLT_ORIGINAL_OFFSET)).contains("7");
    }

    @Test
    void what_is_deferred_goes_to_the_first_retry_topic_and_has_used_up_no_retry() {
        Headers.put(message.headers(), Headers.RETRY_ATTEMPTS, "3");

        ProducerRecord<String, byte[]> record =
                record(TIMEOUT, new Decision.Defer(Duration.ofMinutes(2), Decision.Cause.BUSY));

        assertThat(record.topic()).isEqualTo(Topics.retry(1));
        assertThat(header(record, Headers.RETRY_ATTEMPTS)).contains("3");
        assertThat(header(record, Headers.RETRY_FAILURES)).contains("3");
        assertThat(header(record, Headers.RETRY_NOT_BEFORE)).contains("2026-01-01T12:02:00Z");
    }

    @Test
    void the_first_failure_is_that_of_an_unbroken_run_with_the_same_reason() {
        failed("timeout", NOW.minusSeconds(90));
        assertThat(header(defer(TIMEOUT), Headers.RETRY_SINCE)).contains("2026-01-01T11:58:30Z");

        failed("http_500", NOW.minusSeconds(90));
        assertThat(header(defer(TIMEOUT), Headers.RETRY_SINCE)).contains(NOW.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1000000000-01-01T00:00:00Z", "+1000000000-12-31T23:59:59Z", "2026-01-01T12:00:01Z"})
    void an_event_that_failed_first_at_a_time_that_cannot_be_fails_first_now(String since) {
        failed("timeout", Instant.parse(since));

        assertThat(header(defer(TIMEOUT), Headers.RETRY_SINCE)).contains(NOW.toString());
    }

    @Test
    void what_is_held_is_not_written() {
        assertThat(RetryRecords.of(
                        message,
                        History.NONE,
                        attempt(TIMEOUT),
                        new Decision.Hold(Duration.ZERO, Decision.Cause.OUTAGE),
                        NOW))
                .isEmpty();
    }

    @Test
    void a_dead_letter_says_how_often_it_was_tried_and_keeps_no_retry_headers() {
        ProducerRecord<String, byte[]> retried = record(TIMEOUT, new Decision.Retry(3, Duration.ofSeconds(8)));
        ConsumerRecord<String, byte[]> again = message();
        retried.headers().forEach(again.headers()::add);

        ProducerRecord<String, byte[]> letter = RetryRecords.of(
                        again, History.of(again, NOW), attempt(TIMEOUT), new Decision.DeadLetter(), NOW)
                .orElseThrow();

        assertThat(letter.topic()).isEqualTo(Topics.DLT);
        assertThat(header(letter, Headers.DLT_ATTEMPTS)).contains("4");
        assertThat(letter.headers()).noneMatch(header -> header.key().startsWith("retry-"));
    }

    @Test
    void a_dead_letter_for_several_was_redriven_as_often_as_any_of_them() {
        Headers.put(message.headers(), Headers.REDRIVE_COUNT, "2");

        ProducerRecord<String, byte[]> letter =
                RetryRecords.deadLetter(List.of(message, message()), attempt(TIMEOUT), 4, NOW);

        assertThat(header(letter, Headers.REDRIVE_COUNT)).contains("2");
        assertThat(header(letter, Headers.DLT_ATTEMPTS)).contains("4");
    }

    @Test
    void a_long_message_is_cut() {
        FailedAttempt attempt = new FailedAttempt(TIMEOUT, "x".repeat(10_000), "Exception");

        ProducerRecord<String, byte[]> letter = RetryRecords.deadLetter(List.of(message), attempt, 1, NOW);

        assertThat(header(letter, Headers.DLT_EXCEPTION_MESSAGE).orElseThrow()).hasSize(501);
    }

    private void failed(String reason, Instant since) {
        Headers.put(message.headers(), Headers.DLT_REASON, reason);
        Headers.put(message.headers(), Headers.RETRY_SINCE, since.toString());
    }

    private ProducerRecord<String, byte[]> defer(Failure failure) {
        return record(failure, new Decision.Defer(Duration.ofSeconds(2), Decision.Cause.BUSY));
    }

    private ProducerRecord<String, byte[]> record(Failure failure, Decision decision) {
        return RetryRecords.of(message, History.of(message, NOW), attempt(failure), decision, NOW)
                .orElseThrow();
    }

    private static FailedAttempt attempt(Failure failure) {
        return new FailedAttempt(failure, "failed", "Exception");
    }

    private static Optional<String> header(ProducerRecord<?, ?> record, String name) {
        return Headers.get(record.headers(), name);
    }

    private static ConsumerRecord<String, byte[]> message() {
        return new ConsumerRecord<>("zoho.deals", 0, 7, "key", "value".getBytes(StandardCharsets.UTF_8));
    }
}
