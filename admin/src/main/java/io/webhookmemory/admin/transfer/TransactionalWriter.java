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
 * Writes records in transactions. Opening a writer aborts the open transaction of an earlier process with the same id,
 * and fences that process if it still runs. Not thread-safe.
 */
public final class TransactionalWriter implements AutoCloseable {
    /** How long readers of committed records wait behind a process that was killed and not restarted. */
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

    /** Adds a record to the transaction; begins one if none is open. */
    public void send(ProducerRecord<byte[], byte[]> record) {
        begin();
        // A record that cannot be written fails the commit.
        producer.send(record);
    }

    /** Adds positions of a group to the transaction; begins one if none is open. */
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

    /** Makes everything since the last commit visible at once. */
    public void commit() {
        if (open) {
            unlessKafkaIsGone(producer::commitTransaction);
            open = false;
        }
    }

    // After one timeout, do not wait again for an abort: the broker aborts by itself.
    private void unlessKafkaIsGone(Runnable call) {
        try {
            call.run();
        } catch (TimeoutException e) {
            open = false;
            throw e;
        }
    }

    /** Aborts an open transaction. */
    @Override
    public void close() {
        try {
            if (open) {
                producer.abortTransaction();
            }
        } catch (KafkaException e) {
            // Fenced or failed: the next process with this id aborts it, or the broker when the transaction times out.
            open = false;
        } finally {
            producer.close(Duration.ofSeconds(2));
        }
    }
}
