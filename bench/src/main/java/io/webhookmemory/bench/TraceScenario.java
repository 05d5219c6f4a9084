package io.webhookmemory.bench;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How fast {@code admin trace} reads: the complete command, including connecting. The last event of both partitions is the
 * traced one. Baseline in every round: a consumer that polls the same partitions and looks at nothing.
 */
final class TraceScenario {
    private final String bootstrapServers;
    private final int events;

    TraceScenario(String bootstrapServers, int events) {
        this.bootstrapServers = bootstrapServers;
        this.events = events;
    }

    MarkdownTable run(int rounds) {
        admin("topics", "apply");
        int partition = partitionOfTraced();
        write(Topics.WEBHOOKS, partition);
        write("zoho.deals", partition);
        String recordId = Webhooks.recordId(events - 1);
        List<Long> byRecord = new ArrayList<>();
        List<Long> byEvent = new ArrayList<>();
        List<Long> baseline = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            baseline.add(polled(partition));
            byRecord.add(traced(2L * events, "--record", recordId));
            byEvent.add(traced(3L * events, "--event", "event-" + (events - 1)));
        }
        MarkdownTable table = new MarkdownTable(
                "what", "events read", "seconds: median", "per second: median (least–greatest)", "ratio to baseline");
        row(table, "`admin trace --record`", 2L * events, byRecord, baseline);
        row(table, "`admin trace --event`: `zoho.webhooks` first", 3L * events, byEvent, baseline);
        row(table, "baseline: a plain consumer on the same two partitions", 2L * events, baseline, baseline);
        return table;
    }

    private static void row(MarkdownTable table, String what, long count, List<Long> measured, List<Long> baseline) {
        long median = MarkdownTable.median(measured);
        table.row(
                what,
                "%,d".formatted(count),
                "%.1f".formatted((double) count / median),
                MarkdownTable.spread(measured),
                "%.2f".formatted((double) median / MarkdownTable.median(baseline)));
    }

    /** Events read per second by the command. */
    private long traced(long atLeast, String option, String id) {
        long begin = System.nanoTime();
        String journey = admin("trace", option, id, "--since", "1d", "--output", "json");
        double seconds = (System.nanoTime() - begin) / 1e9;
        try {
            long read = Json.MAPPER
                    .readTree(journey)
                    .path("reading")
                    .path("records")
                    .asLong();
            if (read < atLeast || !journey.contains("routed")) {
                throw new IllegalStateException("not " + atLeast + " events, or not found: " + journey);
            }
            return Math.round(read / seconds);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Events read per second by a consumer with Kafka's defaults. */
    private long polled(int partition) {
        List<TopicPartition> partitions =
                List.of(new TopicPartition(Topics.WEBHOOKS, partition), new TopicPartition("zoho.deals", partition));
        long begin = System.nanoTime();
        long read = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (read < 2L * events) {
                read += consumer.poll(Duration.ofMillis(200)).count();
            }
        }
        return Math.round(read / ((System.nanoTime() - begin) / 1e9));
    }

    /** The partition to which a producer writes the traced record. */
    private int partitionOfTraced() {
        try (KafkaProducer<String, byte[]> producer = OperationsScenario.producer(bootstrapServers)) {
            return producer.send(OperationsScenario.record("zoho.deals", null, OperationsScenario.event(events - 1)))
                    .get()
                    .partition();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void write(String topic, int partition) {
        try (KafkaProducer<String, byte[]> producer = OperationsScenario.producer(bootstrapServers)) {
            for (int i = 0; i < events; i++) {
                producer.send(OperationsScenario.record(topic, partition, OperationsScenario.event(i)));
            }
        }
    }

    private String admin(String... arguments) {
        return OperationsScenario.runAdmin(bootstrapServers, arguments);
    }
}
