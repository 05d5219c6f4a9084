package io.webhookmemory.sink.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.sink.consume.FencedWrites.Fence;
import io.webhookmemory.sink.consume.FencedWrites.Position;
import io.webhookmemory.sink.consume.FencedWrites.Write;
import io.webhookmemory.sink.consume.LeaseLostException;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 * A transactional producer that is replaced when it becomes unusable: Kafka was unavailable for longer than a
 * transaction may last, or another producer took its transactional id. The latter may be another process with the same
 * instance name. Writing the position shows which of the two is the group's member, so a fenced producer is no reason
 * to end.
 *
 * <p>For one thread only, except {@link #stop} and {@link #isFailing}.
 */
final class TransactionalProducer {

    private static final Logger LOG = LoggerFactory.getLogger(TransactionalProducer.class);
    /**
     * The broker aborts a dead process's transaction after this time plus up to ten seconds, its check interval. Until
     * then read_committed readers cannot read past it.
     */
    static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(15);
    /** How long one call waits for Kafka before it is repeated. */
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
                        // Kafka refuses the next transaction until the last one's markers are written, some
                        // milliseconds. By default the client would retry after 100 ms.
                        Map.entry(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_BACKOFF_MILLIS),
                        // All records of a transaction are available when the first is sent.
                        Map.entry(ProducerConfig.LINGER_MS_CONFIG, 0),
                        Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicCatalogue.MAX_MESSAGE_BYTES),
                        Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"))),
                new StringSerializer(),
                new ByteArraySerializer());
        metrics = new KafkaClientMetrics(producer);
        metrics.bindTo(registry);
    }

    /**
     * Aborts what an earlier process with the same id left open; waits for Kafka.
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
     * Writes the whole batch in one transaction, and repeats it until Kafka accepts or refuses it.
     *
     * @param batch of one member
     * @throws LeaseLostException if the member has been replaced
     * @throws RefusedException if the records cannot be written
     * @throws KafkaException if the process is stopping
     */
    void write(List<Write> batch) {
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

    private void transaction(List<Write> batch) {
        Map<TopicPartition, Finished> finished = new LinkedHashMap<>();
        for (Write write : batch) {
            Fence fence = write.fence();
            finished.computeIfAbsent(fence.partition(), partition -> new Finished(fence.position(), new HashSet<>()))
                    .offsets()
                    .addAll(write.finishes());
        }
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        finished.forEach(
                (partition, end) -> positions.put(partition, end.position().after(end.offsets())));
        producer.beginTransaction();
        batch.forEach(write -> write.records().forEach(producer::send));
        producer.sendOffsetsToTransaction(positions, batch.get(0).fence().member());
        commit();
        finished.values().forEach(end -> end.position().finished(end.offsets()));
    }

    /** The records of one partition that a transaction finishes. */
    private record Finished(Position position, Set<Long> offsets) {}

    /** A commit without a response may have been made; repeating it tells. */
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
     * Throws the meaning of the failure for the writes, after the transaction is aborted.
     *
     * @return false if it has none: the writes must be repeated
     */
    private boolean settled(RuntimeException failure) {
        Optional<RuntimeException> meaning = meaning(failure);
        if (meaning.isEmpty()) {
            return false;
        }
        try {
            producer.abortTransaction();
        } catch (RuntimeException e) {
            // The next process with this id, or the next producer of this process, aborts it.
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
        // An IllegalStateException is the producer's own: this producer is unusable, and a new one works.
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
                    .log("Kafka accepts no writes, retrying");
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
            LOG.atInfo().addKeyValue("transactional_id", transactionalId).log("Kafka accepts writes again");
        }
    }

    boolean isFailing() {
        return failing;
    }

    /** The next failure is thrown instead of being retried. */
    void stop() {
        stopping = true;
    }

    /** The next producer with this id, or the broker, aborts an open transaction. */
    void close() {
        if (producer != null) {
            metrics.close();
            producer.close(Duration.ZERO);
            producer = null;
        }
    }
}
