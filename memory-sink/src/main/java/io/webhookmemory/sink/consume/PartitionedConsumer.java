package io.webhookmemory.sink.consume;

import io.webhookmemory.service.kafka.KafkaSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics and hands records out, without waiting for them: one thread polls, however long the work takes, so that
 * a call of many minutes costs no group membership. Work in flight is bounded by pausing; a partition commits up to its
 * lowest unfinished record.
 */
public final class PartitionedConsumer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionedConsumer.class);
    private static final Duration POLL = Duration.ofMillis(50);
    /** Within max.poll.interval.ms, whose default is five minutes. */
    private static final Duration REVOKE_LIMIT = Duration.ofSeconds(60);

    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(500);

    private final Options options;
    private final Consumer<Delivery> handler;
    private final Consumer<Throwable> onFatal;
    private final Clock clock;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<TopicPartition, OffsetTracker> trackers = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private final Map<TopicPartition, Instant> waiting = new HashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Thread thread;
    private volatile boolean stopping;
    private volatile Duration drainLimit = Duration.ZERO;
    private Instant lastCommit;

    /**
     * What to read and how.
     *
     * @param maxInFlight records handed out and not done; reading pauses above it
     * @param notBefore when a record may be handed out; a partition waits for its first one that is not due
     * @param halted while true nothing is read, and membership is kept
     * @param onAssignment called whenever partitions come or go, before any of their records is handed out, with the
     *     numbers of those that came
     */
    public record Options(
            String group,
            String instance,
            List<String> topics,
            int maxInFlight,
            Function<ConsumerRecord<String, byte[]>, Instant> notBefore,
            BooleanSupplier halted,
            Consumer<Collection<Integer>> onAssignment) {}

    public PartitionedConsumer(
            KafkaSettings kafka,
            Options options,
            Consumer<Delivery> handler,
            Consumer<Throwable> onFatal,
            Clock clock) {
        this.options = options;
        this.handler = handler;
        this.onFatal = onFatal;
        this.clock = clock;
        this.lastCommit = clock.instant();
        this.consumer = new KafkaConsumer<>(
                kafka.forConsumer(Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        options.group(),
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        options.group() + "-" + options.instance(),
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        Math.min(500, options.maxInFlight()),
                        // Gives one member the same partition number of every topic: with all topics partitioned alike,
                        // a
                        // record's events, retried or not, have one worker however many instances run.
                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                        RangeAssignor.class.getName())),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        this.thread = new Thread(this::run, options.group() + "-poll");
    }

    /** The client, for its metrics. */
    public KafkaConsumer<?, ?> client() {
        return consumer;
    }

    public void start() {
        thread.start();
    }

    /** Whether partitions have been assigned; false while the group is being joined. */
    public boolean isAssigned() {
        return !trackers.isEmpty();
    }

    public int inFlight() {
        return inFlight.get();
    }

    private void run() {
        try {
            consumer.subscribe(options.topics(), new Rebalance());
            while (!stopping) {
                step();
            }
            trackers.values().forEach(tracker -> tracker.revoke(drainLimit));
            commit();
        } catch (RuntimeException | Error e) {
            onFatal.accept(e);
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
        }
    }

    private void step() {
        pauseOrResume();
        for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
            handOut(message);
        }
        if (Duration.between(lastCommit, clock.instant()).compareTo(COMMIT_INTERVAL) >= 0) {
            commit();
        }
    }

    private void handOut(ConsumerRecord<String, byte[]> message) {
        TopicPartition partition = new TopicPartition(message.topic(), message.partition());
        if (waiting.containsKey(partition)) {
            return;
        }
        Instant due = options.notBefore().apply(message);
        if (due.isAfter(clock.instant())) {
            waiting.put(partition, due);
            consumer.seek(partition, message.offset());
            return;
        }
        OffsetTracker tracker = trackers.get(partition);
        tracker.add(message.offset());
        inFlight.incrementAndGet();
        handler.accept(new Delivery(message, tracker, inFlight));
    }

    private void pauseOrResume() {
        Instant now = clock.instant();
        waiting.values().removeIf(due -> !due.isAfter(now));
        if (options.halted().getAsBoolean() || inFlight.get() >= options.maxInFlight()) {
            consumer.pause(consumer.assignment());
            return;
        }
        consumer.pause(waiting.keySet().stream().filter(trackers::containsKey).toList());
        consumer.resume(consumer.assignment().stream()
                .filter(partition -> !waiting.containsKey(partition))
                .toList());
    }

    private void commit() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        trackers.forEach((partition, tracker) -> {
            tracker.readUpTo(consumer.position(partition));
            long position = tracker.committable();
            if (!Long.valueOf(position).equals(committed.get(partition))) {
                offsets.put(partition, new OffsetAndMetadata(position));
            }
        });
        lastCommit = clock.instant();
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets);
            offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
        } catch (RebalanceInProgressException e) {
            LOG.debug("commit put off: the group is rebalancing");
        } catch (KafkaException e) {
            // The records stay uncommitted and are at worst read again.
            LOG.atWarn().setCause(e).addKeyValue("group", options.group()).log("commit failed");
        }
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> {
                trackers.put(partition, new OffsetTracker(consumer.position(partition)));
                committed.put(partition, consumer.position(partition));
            });
            options.onAssignment()
                    .accept(partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet()));
            LOG.atInfo()
                    .addKeyValue("group", options.group())
                    .addKeyValue("partitions", partitions.size())
                    .log("assigned");
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // Whoever gets the partitions next must not meet work of ours that is still going on.
            partitions.forEach(partition -> trackers.get(partition).revoke(REVOKE_LIMIT));
            commit();
            forget(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> trackers.get(partition).revoke(Duration.ZERO));
            forget(partitions);
        }

        private void forget(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> {
                trackers.remove(partition);
                committed.remove(partition);
                waiting.remove(partition);
            });
            options.onAssignment().accept(Set.of());
        }
    }

    /** Stops reading, waits for the work that runs, commits and leaves the group; what waits in line is read again. */
    public void close(Duration limit) {
        drainLimit = limit;
        stopping = true;
        try {
            thread.join(limit.plusSeconds(6).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }
}
