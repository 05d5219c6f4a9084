package io.webhookmemory.sink.consume;

import io.webhookmemory.service.kafka.KafkaSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
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
    /**
     * How much of max.poll.interval.ms work may go on after its partition was taken away; the group waits for us no longer
     * than that interval. Of its default it is two minutes: a document takes three calls, a minute and a half at most.
     */
    private static final double REVOKE_SHARE = 0.4;
    /** Of one partition. A retry topic's records are due in nearly the order they were written in. */
    private static final int MAX_WAITING = 100;

    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(500);

    private final Options options;
    private final Consumer<Delivery> handler;
    private final Consumer<Throwable> onFatal;
    private final Clock clock;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Assignment assignment = new Assignment();
    private final PriorityQueue<Later> later = new PriorityQueue<>(Comparator.comparing(Later::due));
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Duration revokeLimit;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile boolean joined;
    private volatile Duration drainLimit = Duration.ZERO;
    private Instant lastCommit;

    /**
     * What to read and how.
     *
     * @param maxInFlight records handed out and not done; reading pauses above it
     * @param notBefore when a record may be handed out
     * @param time of a record for {@link #oldest}, milliseconds since the epoch
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
            ToLongFunction<ConsumerRecord<String, byte[]>> time,
            BooleanSupplier halted,
            Consumer<Collection<Integer>> onAssignment) {}

    /** A record that has been read and is not due yet. */
    private record Later(Instant due, TopicPartition partition, Delivery delivery) {}

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
        Map<String, Object> properties = properties(kafka, options);
        this.consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
        this.revokeLimit = revokeLimit(properties);
        this.thread = new Thread(this::run, options.group() + "-poll");
    }

    private static Map<String, Object> properties(KafkaSettings kafka, Options options) {
        return kafka.forConsumer(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                options.group(),
                ConsumerConfig.CLIENT_ID_CONFIG,
                options.group() + "-" + options.instance(),
                // A process that was killed and started again takes its own place at once, rather than waiting
                // until the group misses the member that it was.
                ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
                options.instance(),
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                Math.min(500, options.maxInFlight()),
                // One member gets the same partition number of every topic: all are partitioned alike, so a
                // record's events, retried or not, have one worker however many instances run.
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                RangeAssignor.class.getName()));
    }

    private static Duration revokeLimit(Map<String, Object> properties) {
        Object usual = ConsumerConfig.configDef().defaultValues().get(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
        Object interval = properties.getOrDefault(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, usual);
        return Duration.ofMillis((long) (REVOKE_SHARE * Long.parseLong(interval.toString())));
    }

    /** The client, for its metrics. */
    public KafkaConsumer<?, ?> client() {
        return consumer;
    }

    public void start() {
        thread.start();
    }

    /** Whether the group has been joined. A member of a group with more members than partitions has none of them. */
    public boolean isJoined() {
        return joined;
    }

    /** The least time of the records that were read and are not done, milliseconds since the epoch. */
    public OptionalLong oldest() {
        return assignment.oldest();
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
            assignment.giveUp(assignment.partitions(), drainLimit);
            commit();
        } catch (RuntimeException | Error e) {
            onFatal.accept(e);
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(5))
                    .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        }
    }

    private void step() {
        boolean full = options.halted().getAsBoolean() || inFlight.get() >= options.maxInFlight();
        if (!full) {
            handOutDue();
        }
        pauseOrResume(full);
        for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
            take(message);
        }
        // Whichever way: a clock that is put back must not hold up commits until it is where it was.
        if (Duration.between(lastCommit, clock.instant()).abs().compareTo(COMMIT_INTERVAL) >= 0) {
            commit();
        }
    }

    private void take(ConsumerRecord<String, byte[]> message) {
        TopicPartition partition = new TopicPartition(message.topic(), message.partition());
        OffsetTracker tracker = assignment.tracker(partition);
        tracker.add(message.offset(), options.time().applyAsLong(message));
        Delivery delivery = new Delivery(message, tracker, inFlight);
        Instant due = options.notBefore().apply(message);
        if (due.isAfter(clock.instant())) {
            later.add(new Later(due, partition, delivery));
        } else {
            handOut(delivery);
        }
    }

    private void handOut(Delivery delivery) {
        inFlight.incrementAndGet();
        handler.accept(delivery);
    }

    private void handOutDue() {
        Instant now = clock.instant();
        while (!later.isEmpty() && !later.peek().due().isAfter(now) && inFlight.get() < options.maxInFlight()) {
            handOut(later.remove().delivery());
        }
    }

    private void pauseOrResume(boolean full) {
        if (full) {
            consumer.pause(consumer.assignment());
            return;
        }
        Map<TopicPartition, Long> waiting =
                later.stream().collect(Collectors.groupingBy(Later::partition, Collectors.counting()));
        Map<Boolean, List<TopicPartition>> bySpace = consumer.assignment().stream()
                .collect(Collectors.partitioningBy(partition -> waiting.getOrDefault(partition, 0L) < MAX_WAITING));
        consumer.resume(bySpace.get(true));
        consumer.pause(bySpace.get(false));
    }

    private void commit() {
        Map<TopicPartition, OffsetAndMetadata> offsets = assignment.toCommit(consumer::position);
        lastCommit = clock.instant();
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets);
            assignment.committed(offsets);
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
            partitions.forEach(partition -> assignment.add(partition, consumer.position(partition)));
            options.onAssignment()
                    .accept(partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet()));
            joined = true;
            LOG.atInfo()
                    .addKeyValue("group", options.group())
                    .addKeyValue("partitions", partitions.size())
                    .log("assigned");
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            joined = false;
            // Whoever gets the partitions next must not meet work of ours that is still going on.
            assignment.giveUp(partitions, stopping ? Duration.ZERO : revokeLimit);
            commit();
            forget(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            joined = false;
            assignment.giveUp(partitions, Duration.ZERO);
            forget(partitions);
        }

        private void forget(Collection<TopicPartition> partitions) {
            assignment.remove(partitions);
            later.removeIf(waiting -> partitions.contains(waiting.partition()));
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
