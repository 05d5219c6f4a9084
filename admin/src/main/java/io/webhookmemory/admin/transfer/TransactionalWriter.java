package io.webhookmemory.admin.transfer;

import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes records so that all of a transaction are there or none. Opening one undoes what an earlier process of the same
 * id had left open, and shuts out that process should it still run. Not thread-safe.
 */
public final class TransactionalWriter implements AutoCloseable {
    /** Readers of committed records wait for so long behind a process that was killed and not started again. */
    private static final int TRANSACTION_TIMEOUT_MILLIS = 30_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private boolean open;

    public TransactionalWriter(KafkaSettings kafka, String transactionalId) {
        producer = new KafkaProducer<>(
                kafka.forProducer(Map.of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        transactionalId,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        TRANSACTION_TIMEOUT_MILLIS,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        TRANSACTION_TIMEOUT_MILLIS * 2 / 3,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        TRANSACTION_TIMEOUT_MILLIS / 3,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        TRANSACTION_TIMEOUT_MILLIS,
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        128 * 1024,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        TopicCatalogue.MAX_MESSAGE_BYTES,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4")),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        try {
            producer.initTransactions();
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    /** Adds a record to the transaction, which this opens where none is. */
    public void send(ProducerRecord<byte[], byte[]> record) {
        begin();
        // A record that is not taken fails the commit.
        producer.send(record);
    }

    /** Adds positions of a group to the transaction, which this opens where none is. */
    public void position(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        begin();
        unlessKafkaIsGone(() -> producer.sendOffsetsToTransaction(offsets, group));
    }

    private void begin() {
        if (!open) {
            producer.beginTransaction();
            open = true;
        }
    }

    /** Makes all since the last commit visible at once. */
    public void commit() {
        if (open) {
            unlessKafkaIsGone(producer::commitTransaction);
            open = false;
        }
    }

    // Who has waited in vain once need not wait as long again for an abort: the broker does that by itself.
    private void unlessKafkaIsGone(Runnable call) {
        try {
            call.run();
        } catch (TimeoutException e) {
            open = false;
            throw e;
        }
    }

    /** An open transaction is undone. */
    @Override
    public void close() {
        try {
            if (open) {
                producer.abortTransaction();
            }
        } catch (KafkaException e) {
            // Fenced or failed: it is undone by the next process of this id, or by the broker when it grows too old.
            open = false;
        } finally {
            producer.close(Duration.ofSeconds(2));
        }
    }
}
