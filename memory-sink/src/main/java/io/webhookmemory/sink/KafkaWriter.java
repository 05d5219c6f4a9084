package io.webhookmemory.sink;

import io.webhookmemory.service.kafka.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes records that must not be lost: a write returns when all in-sync replicas have it. Thread-safe. */
public final class KafkaWriter implements AutoCloseable {
    private static final int DELIVERY_TIMEOUT_MILLIS = 30_000;
    private static final int MAX_REQUEST_BYTES = 3 * 1024 * 1024;

    private final KafkaProducer<String, byte[]> producer;

    public KafkaWriter(KafkaSettings kafka) {
        producer = new KafkaProducer<>(
                kafka.forProducer(Map.of(
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        DELIVERY_TIMEOUT_MILLIS,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        DELIVERY_TIMEOUT_MILLIS / 3,
                        ProducerConfig.LINGER_MS_CONFIG,
                        2,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        MAX_REQUEST_BYTES,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4")),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** @throws KafkaException where the record was not acknowledged; it may have been written all the same */
    public void write(ProducerRecord<String, byte[]> record) {
        write(List.of(record));
    }

    /** @throws KafkaException where a record was not acknowledged; all of them may have been written all the same */
    public void write(List<ProducerRecord<String, byte[]>> records) {
        List<Future<RecordMetadata>> writes =
                records.stream().map(producer::send).toList();
        try {
            for (Future<RecordMetadata> write : writes) {
                write.get();
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw new KafkaException("not written to Kafka", e.getCause());
        }
    }

    /** The client, for its metrics. */
    public KafkaProducer<?, ?> client() {
        return producer;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
