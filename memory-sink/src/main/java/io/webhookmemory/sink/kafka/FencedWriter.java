package io.webhookmemory.sink.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.sink.consume.FencedWrites;
import io.webhookmemory.sink.consume.LeaseLostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records in transactions that only the group's present member can commit (KIP-447): each transaction also
 * commits a position of the member's own partition, and Kafka refuses that of a replaced member. One thread writes; all
 * waiting writes of one group generation go in one transaction.
 *
 * <p>While Kafka is unavailable, writes wait and are repeated without a limit. If Kafka does not respond to a commit,
 * the same producer repeats it, so that the write is not made twice. Thread-safe.
 */
public final class FencedWriter implements FencedWrites, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FencedWriter.class);
    private static final int MAX_WRITES = 500;
    /** The records of a transaction go to many partitions at once; the producer's buffer of 32 MiB limits their sum. */
    private static final long MAX_BYTES = 8L * 1024 * 1024;

    private final TransactionalProducer producer;
    private final PlainProducer unfenced;
    private final Consumer<Throwable> onFatal;
    private final Thread thread;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean stopping;

    /** A write that waits for its transaction. */
    record Waiting(Write write, CompletableFuture<Void> result) {
        long bytes() {
            return write.records().stream()
                    .mapToLong(record -> record.value() == null ? 0 : record.value().length)
                    .sum();
        }
    }

    /**
     * @param transactionalId constant across restarts of this instance and unique among instances: a new process aborts
     *     the transaction that an earlier one left open
     * @param onFatal called if Kafka does not allow any write
     */
    public FencedWriter(
            KafkaSettings kafka, String transactionalId, MeterRegistry metrics, Consumer<Throwable> onFatal) {
        this(
                new TransactionalProducer(
                        kafka,
                        transactionalId,
                        TransactionalProducer.TRANSACTION_TIMEOUT,
                        TransactionalProducer.CALL_LIMIT,
                        metrics),
                new PlainProducer(kafka, transactionalId + "-unfenced", metrics),
                onFatal);
    }

    FencedWriter(TransactionalProducer producer, PlainProducer unfenced, Consumer<Throwable> onFatal) {
        this.producer = producer;
        this.unfenced = unfenced;
        this.onFatal = onFatal;
        this.thread = new Thread(this::run, "fenced-writes");
    }

    /** Writes requested earlier wait for the start. */
    public void start() {
        thread.start();
    }

    /** The transactional id of an instance; rights are granted to the prefix {@code <group>-}. */
    public static String transactionalId(String group, String instance) {
        return group + "-" + instance;
    }

    @Override
    public List<Optional<RuntimeException>> write(List<Write> writes) {
        List<Waiting> requested = writes.stream()
                .map(write -> new Waiting(write, new CompletableFuture<>()))
                .toList();
        synchronized (waiting) {
            if (stopping) {
                failAll(requested);
            } else {
                waiting.addAll(requested);
                waiting.notifyAll();
            }
        }
        return requested.stream().map(write -> failure(write.result())).toList();
    }

    /**
     * Writes records without a check of ownership, each independently; blocks until all in-sync replicas have them. For
     * reports of a process that has lost its partition.
     *
     * @throws KafkaException if a record was not acknowledged within half a minute; it may have been written
     */
    public void writeUnfenced(List<ProducerRecord<String, byte[]>> records) {
        unfenced.write(records);
    }

    /** Whether Kafka did not accept the last transaction and it is being repeated. */
    public boolean isWaiting() {
        return producer.isFailing();
    }

    private static Optional<RuntimeException> failure(CompletableFuture<Void> result) {
        try {
            result.get();
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            return Optional.of(
                    e.getCause() instanceof LeaseLostException lost
                            ? new LeaseLostException(lost.getMessage(), lost)
                            : new KafkaException(
                                    "not written to Kafka: " + e.getCause().getMessage(), e.getCause()));
        }
    }

    private void run() {
        try {
            producer.open();
            for (List<Waiting> batch = next(); !batch.isEmpty(); batch = next()) {
                transact(batch);
            }
        } catch (RuntimeException | Error e) {
            if (!isStopping()) {
                onFatal.accept(e);
            }
            LOG.debug("fenced writes end", e);
        } finally {
            producer.close();
            failAll();
        }
    }

    private boolean isStopping() {
        synchronized (waiting) {
            return stopping;
        }
    }

    /** Writes of one generation, in order; waits for the first. Empty if there will be none. */
    private List<Waiting> next() {
        synchronized (waiting) {
            try {
                while (waiting.isEmpty() && !stopping) {
                    waiting.wait();
                }
            } catch (InterruptedException e) {
                return List.of();
            }
            return waiting.isEmpty() ? List.of() : takeBatch();
        }
    }

    private List<Waiting> takeBatch() {
        List<Waiting> batch = new ArrayList<>(List.of(waiting.removeFirst()));
        long bytes = batch.get(0).bytes();
        Iterator<Waiting> others = waiting.iterator();
        while (others.hasNext() && batch.size() < MAX_WRITES) {
            Waiting write = others.next();
            if (member(write).equals(member(batch.get(0)))) {
                bytes += write.bytes();
                if (bytes > MAX_BYTES) {
                    break;
                }
                others.remove();
                batch.add(write);
            }
        }
        return batch;
    }

    private static ConsumerGroupMetadata member(Waiting write) {
        return write.write().fence().member();
    }

    private void transact(List<Waiting> batch) {
        try {
            producer.write(batch.stream().map(Waiting::write).toList());
            batch.forEach(waiting -> waiting.result().complete(null));
        } catch (LeaseLostException e) {
            batch.forEach(waiting -> waiting.result().completeExceptionally(e));
        } catch (RefusedException e) {
            if (batch.size() == 1) {
                batch.get(0).result().completeExceptionally(e);
            } else {
                // One invalid record must not fail the others' writes.
                batch.forEach(waiting -> transact(List.of(waiting)));
            }
        } catch (RuntimeException | Error e) {
            batch.forEach(waiting -> waiting.result().completeExceptionally(e));
            throw e;
        }
    }

    private void failAll() {
        synchronized (waiting) {
            stopping = true;
            failAll(waiting);
            waiting.clear();
        }
    }

    private static void failAll(Collection<Waiting> writes) {
        writes.forEach(write -> write.result().completeExceptionally(new KafkaException("the process is stopping")));
    }

    /** Makes the waiting writes within the limit; the remaining ones then fail. */
    public void close(Duration limit) {
        synchronized (waiting) {
            stopping = true;
            waiting.notifyAll();
        }
        try {
            thread.join(Math.max(1, limit.toMillis()));
            producer.stop();
            thread.interrupt();
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Writes requested before the start.
        failAll();
        unfenced.close();
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(5));
    }
}
