package io.webhookmemory.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A baseline for moving records: read a record, write it. No transactions, no handled records, no position, no parsing;
 * interrupted and started again, it would write records twice.
 */
final class PlainCopy {
    private static final Duration POLL = Duration.ofMillis(200);

    private final String bootstrapServers;

    PlainCopy(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** Copies so many of the topic's records, from its beginning; returns how many a second. */
    long perSecond(String from, String to, long count) {
        long begin = System.nanoTime();
        AtomicReference<Exception> failed = new AtomicReference<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer();
                KafkaProducer<byte[], byte[]> producer = producer()) {
            List<TopicPartition> partitions = consumer.partitionsFor(from).stream()
                    .map(info -> new TopicPartition(from, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            for (long copied = 0; copied < count; ) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (copied++ < count) {
                        producer.send(
                                new ProducerRecord<>(to, null, record.key(), record.value(), record.headers()),
                                (written, error) -> failed.compareAndSet(null, error));
                    }
                }
            }
            producer.flush();
        }
        if (failed.get() != null) {
            throw new IllegalStateException("the plain copy failed", failed.get());
        }
        return Math.round(count / ((System.nanoTime() - begin) / 1e9));
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> options = new HashMap<>();
        options.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        options.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        options.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        options.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
        return new KafkaConsumer<>(options, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> options = new HashMap<>();
        options.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        options.put(ProducerConfig.ACKS_CONFIG, "all");
        options.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        options.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        options.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        return new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
