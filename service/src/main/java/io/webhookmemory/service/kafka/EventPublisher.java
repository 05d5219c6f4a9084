package io.webhookmemory.service.kafka;

import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.PreparedEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes webhooks to Kafka. Unacknowledged records are bounded in bytes and in time, so that an unresponsive broker
 * costs a known amount of memory and no sender waits longer than the limit. Thread-safe.
 */
public final class EventPublisher implements AutoCloseable {
    /** For a full buffer, which the window below makes rare, and for the first metadata. */
    private static final int MAX_BLOCK_MILLIS = 250;

    /** What a record takes besides its value: key, headers, and its share of a batch. */
    private static final int RECORD_OVERHEAD_BYTES = 512;

    private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(10);
    private static final int LINGER_MILLIS = 2;
    /** A webhook of a hundred records does not fit into Kafka's 16 KiB. */
    private static final int BATCH_BYTES = 64 * 1024;

    private final Producer<String, byte[]> producer;
    private final Duration ackTimeout;
    private final int windowBytes;
    private final Semaphore window;

    public EventPublisher(PublisherSettings settings) {
        this(settings, producer(settings));
    }

    /** @param producer closed with this object */
    public EventPublisher(PublisherSettings settings, Producer<String, byte[]> producer) {
        this.producer = producer;
        ackTimeout = settings.ackTimeout();
        windowBytes = settings.maxInFlightBytes();
        window = new Semaphore(windowBytes);
    }

    private static Producer<String, byte[]> producer(PublisherSettings settings) {
        int ackMillis = (int) settings.ackTimeout().toMillis();
        return new KafkaProducer<>(
                settings.kafka()
                        .forProducer(Map.ofEntries(
                                Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
                                Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                                Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ackMillis),
                                Map.entry(
                                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                        Math.max(50, ackMillis / 2 - LINGER_MILLIS)),
                                Map.entry(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS),
                                Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES),
                                Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS),
                                // Keep the metadata of idle topics: a webhook must not wait for it.
                                Map.entry(ProducerConfig.METADATA_MAX_IDLE_CONFIG, TimeUnit.DAYS.toMillis(1)),
                                Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * settings.maxInFlightBytes()),
                                Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicCatalogue.MAX_MESSAGE_BYTES),
                                Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"))),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /**
     * Fetches the metadata of the given topics, so that the first webhook does not wait for it.
     *
     * @throws TimeoutException if Kafka does not provide it within ten seconds
     */
    public void warmUp(String... topics) {
        long deadline = System.nanoTime() + WARM_UP_LIMIT.toNanos();
        List.of(topics).forEach(topic -> warmUp(topic, deadline));
    }

    // A webhook may not wait for a first connection with TLS and a login; the start may.
    private void warmUp(String topic, long deadline) {
        while (true) {
            try {
                producer.partitionsFor(topic);
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
    }

    /** The client, for its metrics. */
    public Producer<?, ?> client() {
        return producer;
    }

    public double windowUsed() {
        return windowBytes - (double) window.availablePermits();
    }

    /**
     * Writes the events of one webhook.
     *
     * @return completes when Kafka has acknowledged all of them, otherwise with {@link NotAcknowledged}, within {@code
     *     WEBHOOK_ACK_TIMEOUT_MS}
     */
    public CompletableFuture<Void> publish(List<WebhookEvent> events, Optional<String> traceparent) {
        return publish(
                events.stream().map(event -> new PreparedEvent(event, null)).toList(),
                Optional.empty(),
                traceparent,
                ackTimeout);
    }

    /**
     * Writes the valid events of a webhook, and its rejected parts.
     *
     * @param limit the remaining time of the sender
     * @return completes when Kafka has acknowledged all of it, otherwise with {@link NotAcknowledged}, within the limit
     */
    public CompletableFuture<Void> publish(
            List<PreparedEvent> events,
            Optional<ProducerRecord<String, byte[]>> rejected,
            Optional<String> traceparent,
            Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>(events.size() + 1);
        for (PreparedEvent prepared : events) {
            WebhookEvent event = prepared.event();
            records.add(new ProducerRecord<>(
                    Topics.WEBHOOKS, null, event.recordId(), prepared.toBytes(), Headers.cloudEvent(event)));
        }
        rejected.ifPresent(records::add);
        traceparent.ifPresent(
                trace -> records.forEach(message -> Headers.put(message.headers(), Headers.TRACEPARENT, trace)));
        return write(records, deadline);
    }

    private CompletableFuture<Void> write(List<ProducerRecord<String, byte[]>> records, long deadline) {
        int bytes = Math.min(
                windowBytes, records.stream().mapToInt(EventPublisher::size).sum());
        if (!window.tryAcquire(bytes)) {
            return CompletableFuture.failedFuture(new NotAcknowledged(NotAcknowledged.WINDOW_FULL, null));
        }
        CompletableFuture<Void> all = sendAll(records, deadline);
        // The producer holds the bytes until the delivery has ended, even if the sender was already told that it
        // failed.
        all.whenComplete((done, error) -> window.release(bytes));
        return all.copy()
                .orTimeout(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)
                .exceptionallyCompose(
                        error -> CompletableFuture.failedFuture(new NotAcknowledged("not_acknowledged", error)));
    }

    private static int size(ProducerRecord<String, byte[]> message) {
        return RECORD_OVERHEAD_BYTES + (message.value() == null ? 0 : message.value().length);
    }

    /**
     * Stops at the first record that fails immediately, because each further one would block as long. Also stops when
     * the sender's time is up.
     */
    private CompletableFuture<Void> sendAll(List<ProducerRecord<String, byte[]>> records, long deadline) {
        Deliveries deliveries = new Deliveries();
        for (ProducerRecord<String, byte[]> message : records) {
            if (System.nanoTime() - deadline >= 0) {
                deliveries.fail(new TimeoutException("no time left to send the next record"));
            }
            if (deliveries.failed()) {
                break;
            }
            send(message, deliveries);
        }
        return deliveries.end();
    }

    private void send(ProducerRecord<String, byte[]> message, Deliveries deliveries) {
        deliveries.begin();
        try {
            producer.send(message, deliveries);
        } catch (KafkaException | IllegalStateException e) {
            deliveries.onCompletion(null, e);
        }
    }

    /** Waits for records in flight, at most the acknowledgement timeout. */
    @Override
    public void close() {
        producer.close(ackTimeout);
    }
}
