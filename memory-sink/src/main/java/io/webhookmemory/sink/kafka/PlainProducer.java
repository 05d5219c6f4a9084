package io.webhookmemory.sink.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
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

/** An idempotent producer, created with its first write: most processes never need it. Thread-safe. */
final class PlainProducer implements AutoCloseable {
    private static final int DELIVERY_TIMEOUT_MILLIS = 30_000;

    private final KafkaSettings kafka;
    private final String clientId;
    private final MeterRegistry registry;
    private KafkaProducer<String, byte[]> producer;
    private KafkaClientMetrics metrics;

    PlainProducer(KafkaSettings kafka, String clientId, MeterRegistry registry) {
        this.kafka = kafka;
        this.clientId = clientId;
        this.registry = registry;
    }

    void write(List<ProducerRecord<String, byte[]>> records) {
        List<Future<RecordMetadata>> writes =
                records.stream().map(producer()::send).toList();
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

    private synchronized KafkaProducer<String, byte[]> producer() {
        if (producer == null) {
            producer = new KafkaProducer<>(
                    kafka.forProducer(Map.of(
                            ProducerConfig.CLIENT_ID_CONFIG,
                            clientId,
                            ProducerConfig.ACKS_CONFIG,
                            "all",
                            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                            true,
                            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                            DELIVERY_TIMEOUT_MILLIS,
                            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                            DELIVERY_TIMEOUT_MILLIS / 3,
                            ProducerConfig.LINGER_MS_CONFIG,
                            0,
                            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                            TopicCatalogue.MAX_MESSAGE_BYTES,
                            ProducerConfig.COMPRESSION_TYPE_CONFIG,
                            "lz4")),
                    new StringSerializer(),
                    new ByteArraySerializer());
            metrics = new KafkaClientMetrics(producer);
            metrics.bindTo(registry);
        }
        return producer;
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            metrics.close();
            producer.close(Duration.ofSeconds(5));
        }
    }
}
