package io.webhookmemory.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** New records on a module topic, as the stream-processor writes them, and how fast they become documents. */
final class SinkBacklog {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final String bootstrapServers;
    private final AtomicInteger nextId;

    /** @param nextId of the records; no two have the same */
    SinkBacklog(String bootstrapServers, AtomicInteger nextId) {
        this.bootstrapServers = bootstrapServers;
        this.nextId = nextId;
    }

    /** @param accounts over which the records are spread */
    void write(int count, int accounts) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 5),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                producer.send(record(i % accounts));
            }
        }
    }

    /** A new record of an account. */
    ProducerRecord<String, byte[]> record(int account) {
        WebhookEvent event = event(Webhooks.recordId(9_500_000 + account));
        return new ProducerRecord<>(Topics.ofModule(event.module()), event.recordId(), EventCodec.toBytes(event));
    }

    private WebhookEvent event(String account) {
        String id = Webhooks.recordId(nextId.getAndIncrement());
        ObjectNode data = Json.MAPPER
                .createObjectNode()
                .put("id", id)
                .put("Deal_Name", "Deal " + id)
                .put("Description", "x".repeat(450));
        Instant now = Instant.now();
        return WebhookEvent.received(
                        UUID.randomUUID().toString(),
                        EventType.UPDATE,
                        "Deals",
                        id,
                        data,
                        List.of(),
                        now,
                        null,
                        now,
                        EventSource.SIGNED)
                .routed(data, now, account, false, null);
    }

    /** When the documents came to be, in order, on the clock of {@link System#nanoTime()}. */
    static long[] arrivals(CogneeDouble cognee, int count, Runnable work) {
        long[] times = new long[count];
        AtomicInteger arrived = new AtomicInteger();
        cognee.onDocument(document -> {
            int index = arrived.getAndIncrement();
            if (index < count) {
                times[index] = System.nanoTime();
            }
        });
        work.run();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (arrived.get() < count) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("only " + arrived.get() + " of " + count + " documents arrived");
            }
            LockSupport.parkNanos(1_000_000);
        }
        Arrays.sort(times);
        return times;
    }

    /** Over the middle nine tenths: neither the start nor the end, where not every worker has something to do. */
    static double perSecond(long[] times) {
        int first = times.length / 20;
        int last = times.length - 1 - first;
        return (last - first) / ((times[last] - times[first]) / 1e9);
    }
}
