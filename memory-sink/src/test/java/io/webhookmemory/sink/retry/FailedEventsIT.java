package io.webhookmemory.sink.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.sink.KafkaWriter;
import io.webhookmemory.sink.SinkMetrics;
import io.webhookmemory.sink.failure.Failure;
import io.webhookmemory.sink.sync.Outcome;
import io.webhookmemory.testing.KafkaForTests;
import io.webhookmemory.testing.MutableClock;
import io.webhookmemory.testing.TopicReader;
import io.webhookmemory.topics.catalogue.CatalogueSettings;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.wire.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where failed events go, and what their headers say. */
class FailedEventsIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final AtomicInteger KEYS = new AtomicInteger();

    @AutoClose
    private static final KafkaForTests KAFKA = KafkaForTests.withTopics(Map.of());

    private final SettingsReader settings =
            new SettingsReader(new Environment(Map.of("KAFKA_BOOTSTRAP_SERVERS", KAFKA.bootstrapServers())));

    @AutoClose
    private final KafkaWriter writer = new KafkaWriter(KafkaSettings.from(settings));

    private final FailedEvents failedEvents = new FailedEvents(
            writer,
            new RetryPolicy(3, Duration.ofSeconds(2), Duration.ofMinutes(30), () -> 0.0),
            new SinkMetrics(new SimpleMeterRegistry(), new MutableClock(NOW), CatalogueSettings.from(settings)),
            new MutableClock(NOW));

    private final ConsumerRecord<String, byte[]> message = message();

    @Test
    void the_patience_with_a_locked_dataset_is_not_used_up_by_what_the_event_waited_for_before() {
        failed("http_500", NOW.minus(Duration.ofHours(1)), 3);

        failedEvents.put(message, failure(Failure.TIMEOUT, Optional.empty()));

        ConsumerRecord<String, byte[]> written = written(Topics.retry(1));
        assertThat(Headers.get(written.headers(), Headers.RETRY_ATTEMPTS)).contains("3");
        assertThat(Headers.getInstant(written.headers(), Headers.RETRY_SINCE)).contains(NOW);
    }

    @Test
    void the_patience_with_a_locked_dataset_ends_half_an_hour_after_the_first_of_its_timeouts() {
        failed(Failure.TIMEOUT, NOW.minus(Duration.ofMinutes(30)), 3);

        failedEvents.put(message, failure(Failure.TIMEOUT, Optional.empty()));

        assertThat(Headers.get(written(Topics.DLT).headers(), Headers.DLT_ATTEMPTS))
                .contains("4");
    }

    @Test
    void an_event_that_is_put_off_is_not_back_before_the_other_side_asked_for_it() {
        failedEvents.putOffShortly(message, failure("http_503", Optional.of(Duration.ofMinutes(2))));

        assertThat(Headers.getInstant(written(Topics.retry(1)).headers(), Headers.RETRY_NOT_BEFORE))
                .contains(NOW.plusSeconds(120));
    }

    @Test
    void a_dead_letter_for_several_was_sent_back_as_often_as_any_of_them() {
        Headers.put(message.headers(), Headers.REDRIVE_COUNT, "2");
        ConsumerRecord<String, byte[]> fresh = message(message.key());

        failedEvents.deadLetter(List.of(message, fresh), failure("http_500", Optional.empty()), 4);

        ConsumerRecord<String, byte[]> letter = written(Topics.DLT);
        assertThat(Headers.get(letter.headers(), Headers.REDRIVE_COUNT)).contains("2");
        assertThat(Headers.get(letter.headers(), Headers.DLT_ATTEMPTS)).contains("4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1000000000-01-01T00:00:00Z", "+1000000000-12-31T23:59:59Z", "2026-01-01T12:00:01Z"})
    void an_event_that_failed_first_at_a_time_that_cannot_be_fails_first_now(String since) {
        failed(Failure.TIMEOUT, Instant.parse(since), 0);

        failedEvents.put(message, failure(Failure.TIMEOUT, Optional.empty()));

        assertThat(Headers.getInstant(written(Topics.retry(1)).headers(), Headers.RETRY_SINCE))
                .contains(NOW);
    }

    private void failed(String reason, Instant since, int attempts) {
        Headers.put(message.headers(), Headers.DLT_REASON, reason);
        Headers.put(message.headers(), Headers.RETRY_SINCE, since.toString());
        Headers.put(message.headers(), Headers.RETRY_ATTEMPTS, String.valueOf(attempts));
    }

    private static Outcome.Failed failure(String reason, Optional<Duration> retryAfter) {
        return new Outcome.Failed(new Failure.Transient(reason, retryAfter), "failed", "Exception");
    }

    private ConsumerRecord<String, byte[]> written(String topic) {
        try (TopicReader reader = new TopicReader(KAFKA.bootstrapServers(), topic)) {
            return reader.toEnd(LIMIT).stream()
                    .filter(record -> record.key().equals(message.key()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("nothing on " + topic));
        }
    }

    private static ConsumerRecord<String, byte[]> message() {
        return message("failed events " + KEYS.incrementAndGet());
    }

    private static ConsumerRecord<String, byte[]> message(String key) {
        return new ConsumerRecord<>("zoho.deals", 0, 0, key, new byte[0]);
    }
}
