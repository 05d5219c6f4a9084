package io.webhookmemory.sink.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.sink.consume.FencedWrites.Fence;
import io.webhookmemory.sink.consume.LeaseLostException;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transactional producer that is made again when it can go on no more: Kafka was away for longer than a transaction may last,
 * or another producer of the same id has come. That may be another process that was given the same instance's name: which of the
 * two is the group's member shows when the position is written, so being fenced as a producer is no reason to end.
 *
 * <p>For one thread, but for {@link #stop} and {@link #isFailing}.
 */
final class TransactionalProducer {

    private static final Logger LOG = LoggerFactory.getLogger(TransactionalProducer.class);
    /**
     * The broker undoes a transaction that a dead process has left open after this time and up to ten seconds, its interval of
     * looking. Until then read_committed readers do not get past it.
     */
    static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(15);
    /** How long one call waits for Kafka before it is made again. */
    static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private static final int RETRY_BACKOFF_MILLIS = 10;
    private static final long RETRY_MILLIS = 200;

    private final KafkaSettings kafka;
    private final String transactionalId;
    private final Duration transactionTimeout;
    private final Duration callLimit;
    private final MeterRegistry registry;
    private KafkaProducer<String, byte[]> producer;
    private KafkaClientMetrics metrics;
    private volatile boolean failing;
    private volatile boolean stopping;

    TransactionalProducer(
            KafkaSettings kafka,
            String transactionalId,
            Duration transactionTimeout,
            Duration callLimit,
            MeterRegistry registry) {
        this.transactionTimeout = transactionTimeout;
        this.callLimit = callLimit;
        this.kafka = kafka;
        this.transactionalId = transactionalId;
        this.registry = registry;
        create();
    }

    private void create() {
        int limit = (int) callLimit.toMillis();
        producer = new KafkaProducer<>(
                kafka.forProducer(Map.ofEntries(
                        Map.entry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId),
                        Map.entry(ProducerConfig.CLIENT_ID_CONFIG, transactionalId),
                        Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
                        Map.entry(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) transactionTimeout.toMillis()),
                        Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, limit),
                        Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, limit / 2),
                        Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, limit),
                        // A transaction that follows at once is refused until the last one's markers are written, some
                        // milliseconds. By Kafka's default it would be tried again after 100 ms.
                        Map.entry(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_BACKOFF_MILLIS),
                        // All of a transaction's records are there when the first is sent.
                        Map.entry(ProducerConfig.LINGER_MS_CONFIG, 0),
                        Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicCatalogue.MAX_MESSAGE_BYTES),
                        Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"))),
                new StringSerializer(),
                new ByteArraySerializer());
        metrics = new KafkaClientMetrics(producer);
        metrics.bindTo(registry);
    }

    /**
     * Ends what an earlier process of the same id has left open; waits for Kafka.
     *
     * @throws RefusedException if this id may not be used
     */
    void open() {
        while (true) {
            try {
                if (producer == null) {
                    create();
                }
                producer.initTransactions();
                return;
            } catch (RuntimeException e) {
                if (meaning(e).isPresent()) {
                    throw meaning(e).get();
                }
                failed(e);
                close();
            }
        }
    }

    private void reopen() {
        close();
        open();
    }

    /**
     * Writes all of the batch in one transaction, again and again until Kafka has taken or refused it.
     *
     * @param batch of one member
     * @throws LeaseLostException if the member has been replaced
     * @throws RefusedException if the records cannot be written
     * @throws KafkaException if the process is stopping
     */
    void write(List<FencedWriter.Write> batch) {
        while (true) {
            try {
                transaction(batch);
                recovered();
                return;
            } catch (RuntimeException e) {
                if (!settled(e)) {
                    failed(e);
                    reopen();
                }
            }
        }
    }

    private void transaction(List<FencedWriter.Write> batch) {
        producer.beginTransaction();
        batch.forEach(write -> write.records().forEach(producer::send));
        producer.sendOffsetsToTransaction(positions(batch), batch.get(0).fence().member());
        commit();
    }

    private static Map<TopicPartition, OffsetAndMetadata> positions(List<FencedWriter.Write> batch) {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (FencedWriter.Write write : batch) {
            Fence fence = write.fence();
            positions.computeIfAbsent(
                    fence.partition(), partition -> fence.position().get());
        }
        return positions;
    }

    /** A commit that was not answered may have been made: asked for again, Kafka says. */
    private void commit() {
        while (true) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                failed(e);
            }
        }
    }

    /**
     * Throws what the failure means for the writes, with the transaction undone.
     *
     * @return false where it means nothing for them: they are to be made again
     */
    private boolean settled(RuntimeException failure) {
        Optional<RuntimeException> meaning = meaning(failure);
        if (meaning.isEmpty()) {
            return false;
        }
        try {
            producer.abortTransaction();
        } catch (RuntimeException e) {
            // The next process of this id, or this one's next producer, undoes it.
            failed(e);
            reopen();
        }
        throw meaning.get();
    }

    private static Optional<RuntimeException> meaning(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommitFailedException
                    || cause instanceof FencedInstanceIdException
                    || cause instanceof UnknownMemberIdException
                    || cause instanceof IllegalGenerationException) {
                return Optional.of(new LeaseLostException("the group has another member for the partition", failure));
            }
            if (cause instanceof RecordTooLargeException
                    || cause instanceof RecordBatchTooLargeException
                    || cause instanceof SerializationException
                    || cause instanceof InvalidTopicException
                    || cause instanceof AuthorizationException) {
                return Optional.of(new RefusedException(cause));
            }
        }
        // An IllegalStateException is the producer's own: it can go on no more, and a new one can.
        boolean isKafkas = failure instanceof KafkaException || failure instanceof IllegalStateException;
        return isKafkas ? Optional.empty() : Optional.of(new RefusedException(failure));
    }

    private void failed(RuntimeException failure) {
        if (stopping || failure instanceof InterruptException) {
            throw failure;
        }
        if (!failing) {
            failing = true;
            LOG.atWarn()
                    .addKeyValue("transactional_id", transactionalId)
                    .addKeyValue("error", failure.getMessage())
                    .log("Kafka does not take writes, retrying");
        }
        pause(failure);
    }

    private static void pause(RuntimeException failure) {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }

    private void recovered() {
        if (failing) {
            failing = false;
            LOG.atInfo().addKeyValue("transactional_id", transactionalId).log("Kafka takes writes again");
        }
    }

    boolean isFailing() {
        return failing;
    }

    /** The next failure is thrown rather than retried. */
    void stop() {
        stopping = true;
    }

    /** An open transaction is undone by the next producer of this id, or by the broker. */
    void close() {
        if (producer != null) {
            metrics.close();
            producer.close(Duration.ZERO);
            producer = null;
        }
    }
}
