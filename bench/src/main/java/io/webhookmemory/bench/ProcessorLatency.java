package io.webhookmemory.bench;

import io.webhookmemory.testkit.kafka.EmbeddedKafka;
import io.webhookmemory.topics.catalogue.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * How much later an event is read, committed, from its module's topic than it was due at the producer. Beside it, the same
 * from {@code zoho.webhooks}: what the producer and the broker take without the processor.
 */
final class ProcessorLatency {
    private static final int WARM_UP_SECONDS = 8;
    private static final String DUE = "bench-due";

    private final int rate;
    private final int seconds;

    ProcessorLatency(int rate, int seconds) {
        this.rate = rate;
        this.seconds = seconds;
    }

    MarkdownTable run(List<Integer> commitIntervals) throws Exception {
        MarkdownTable table = new MarkdownTable(
                "commit interval", "p50 ms", "p99 ms", "greatest ms", "p99 without the processor", "added at p99");
        for (int interval : commitIntervals) {
            Path state = Files.createTempDirectory("bench-state");
            try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
                new Backlog(kafka.bootstrapServers());
                Map<String, String> variables = Map.of("STREAM_PROCESSOR_COMMIT_INTERVAL_MS", String.valueOf(interval));
                try (ProcessorChild child = ProcessorChild.start(
                        ProcessorChild.Program.PROCESSOR, kafka.bootstrapServers(), state, variables)) {
                    child.awaitReady();
                    row(table, kafka.bootstrapServers(), interval);
                }
            } finally {
                ProcessorState.delete(state);
            }
        }
        return table;
    }

    private void row(MarkdownTable table, String bootstrapServers, int interval) {
        List<String> modules = Topics.ofModules(Topics.DEFAULT_MODULES);
        CompletableFuture<Histogram> routed = CompletableFuture.supplyAsync(() -> read(bootstrapServers, modules));
        CompletableFuture<Histogram> direct =
                CompletableFuture.supplyAsync(() -> read(bootstrapServers, List.of(Topics.WEBHOOKS)));
        write(bootstrapServers);
        Histogram with = routed.join();
        Histogram without = direct.join();
        double p99 = with.getValueAtPercentile(99) / 1e3;
        double bare = without.getValueAtPercentile(99) / 1e3;
        table.row(
                interval + " ms",
                "%.1f".formatted(with.getValueAtPercentile(50) / 1e3),
                "%.1f".formatted(p99),
                "%.1f".formatted(with.getMaxValue() / 1e3),
                "%.1f".formatted(bare),
                "%.1f".formatted(p99 - bare));
    }

    private void write(String bootstrapServers) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0),
                new StringSerializer(),
                new ByteArraySerializer())) {
            LoadGenerator.Schedule schedule = new LoadGenerator.Schedule(System.nanoTime(), rate);
            for (int i = 0; i < rate * (WARM_UP_SECONDS + seconds); i++) {
                ProducerRecord<String, byte[]> record = Backlog.record(i);
                long due = schedule.await(i);
                String said = i < rate * WARM_UP_SECONDS ? "0" : String.valueOf(due);
                record.headers().add(DUE, said.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                producer.send(record);
            }
        }
    }

    private Histogram read(String bootstrapServers, List<String> topics) {
        Histogram micros = new Histogram(3);
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(topics.stream()
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList());
            long deadline = System.nanoTime()
                    + Duration.ofSeconds(WARM_UP_SECONDS + seconds + 60).toNanos();
            while (micros.getTotalCount() < (long) rate * seconds) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    long due = due(record);
                    if (due > 0) {
                        micros.recordValue((System.nanoTime() - due) / 1000);
                    }
                }
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("only " + micros.getTotalCount() + " events came");
                }
            }
        }
        return micros;
    }

    private static long due(ConsumerRecord<String, byte[]> record) {
        return Long.parseLong(
                new String(record.headers().lastHeader(DUE).value(), java.nio.charset.StandardCharsets.UTF_8));
    }
}
