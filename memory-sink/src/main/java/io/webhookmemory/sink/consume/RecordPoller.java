package io.webhookmemory.sink.consume;

import io.webhookmemory.service.kafka.KafkaSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics and hands out records, without waiting for the work: one thread polls, however long the work takes, so
 * that a call of many minutes does not cost the group membership. Pausing bounds the number and size of records in
 * flight; a partition commits up to its lowest unfinished record. While Kafka is unavailable, the thread waits and
 * records in flight stay.
 */
public final class RecordPoller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordPoller.class);
    private static final Duration POLL = Duration.ofMillis(50);
    /** If nothing but a new record can bring work, which ends the wait. */
    private static final Duration IDLE_POLL = Duration.ofMillis(500);

    private static final long RETRY_MILLIS = 500;

    private final Options options;
    private final FencedWrites writer;
    private final Consumer<InFlightRecord> handler;
    private final Consumer<Throwable> onFatal;
    private final Clock clock;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Assignment assignment = new Assignment();
    private final OffsetCommits commits;
    private final WaitingRecords waiting = new WaitingRecords();
    private final InFlightRecords inFlight;
    private final Duration sessionTimeout;
    private final Duration revokeLimit;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile boolean joined;
    private volatile Duration drainLimit = Duration.ZERO;
    private Membership membership;
    private ConsumerRecords<String, byte[]> polled = ConsumerRecords.empty();

    /**
     * What to read, and how.
     *
     * @param maxInFlight records handed out and not finished; reading pauses above it
     * @param maxInFlightBytes their keys and values together; reading pauses above it. One poll may exceed both limits
     * @param longestCall the longest duration of a call that requires a lease
     * @param notBefore when a record may be handed out
     * @param time of a record for {@link #oldest}, milliseconds since the epoch
     * @param halted while true, nothing is read and membership is kept
     * @param onAssignment called whenever the assignment changes, before any record of the partitions is handed out,
     *     with the numbers of the new partitions; called again if it throws a {@link RetriableException}
     */
    public record Options(
            String group,
            String instance,
            List<String> topics,
            int maxInFlight,
            long maxInFlightBytes,
            Duration longestCall,
            Function<ConsumerRecord<String, byte[]>, Instant> notBefore,
            ToLongFunction<ConsumerRecord<String, byte[]>> time,
            BooleanSupplier halted,
            Consumer<Collection<Integer>> onAssignment) {}

    /**
     * @param handler called by the polling thread with each record; must not block
     * @param clock decides which records are due; ownership uses real time
     * @throws IllegalArgumentException as {@link SessionTimeout#of}
     */
    public RecordPoller(
            KafkaSettings kafka,
            Options options,
            FencedWrites writer,
            Consumer<InFlightRecord> handler,
            Consumer<Throwable> onFatal,
            Clock clock) {
        this.options = options;
        this.writer = writer;
        this.handler = handler;
        this.onFatal = onFatal;
        this.clock = clock;
        this.inFlight = new InFlightRecords(options.maxInFlight(), options.maxInFlightBytes());
        ConsumerOptions consumerOptions = new ConsumerOptions(kafka, options);
        this.sessionTimeout = consumerOptions.sessionTimeout();
        this.revokeLimit = consumerOptions.revokeLimit();
        this.consumer = new KafkaConsumer<>(
                consumerOptions.properties(), new StringDeserializer(), new ByteArrayDeserializer());
        this.commits = new OffsetCommits(options.group(), consumer, assignment, sessionTimeout);
        this.membership = newMembership();
        this.thread = new Thread(this::run, options.group() + "-poll");
    }

    // Not the clock that decides what is due: tests let hours pass on that one in seconds.
    private Membership newMembership() {
        return new Membership(consumer.groupMetadata(), sessionTimeout, Clock.systemUTC(), System::nanoTime);
    }

    /** The client, for its metrics. */
    public KafkaConsumer<?, ?> client() {
        return consumer;
    }

    public void start() {
        thread.start();
    }

    /** Whether this member has joined the group. If there are more members than partitions, some members have none. */
    public boolean isJoined() {
        return joined;
    }

    /** The earliest time of the records that were read and are not finished, milliseconds since the epoch. */
    public OptionalLong oldest() {
        return assignment.oldest();
    }

    /** Records handed out and not finished. */
    public int inFlight() {
        return inFlight.count();
    }

    /** Size of keys and values of the records handed out and not finished. */
    public long inFlightBytes() {
        return inFlight.bytes();
    }

    private void run() {
        try {
            consumer.subscribe(options.topics(), new Rebalance());
            while (!stopping) {
                step();
            }
            assignment.giveUp(assignment.partitions(), drainLimit, () -> commits.commitNow(membership));
            commits.commitNow(membership);
        } catch (RuntimeException | Error e) {
            onFatal.accept(e);
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(5))
                    .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        }
    }

    private void step() {
        boolean full = options.halted().getAsBoolean() || inFlight.isFull();
        if (!full) {
            handOutDue();
        }
        pauseOrResume(full);
        untilKafkaResponds(() -> polled = consumer.poll(!full && isIdle() ? IDLE_POLL : POLL));
        polled.forEach(this::take);
        polled = ConsumerRecords.empty();
        untilKafkaResponds(() -> commits.commitWhereDue(membership));
    }

    private boolean isIdle() {
        return inFlight.count() == 0 && waiting.isEmpty() && commits.areDone();
    }

    private void take(ConsumerRecord<String, byte[]> message) {
        TopicPartition partition = new TopicPartition(message.topic(), message.partition());
        OffsetTracker tracker = assignment.tracker(partition);
        if (!tracker.add(message.offset(), options.time().applyAsLong(message))) {
            return;
        }
        InFlightRecord delivery = new InFlightRecord(message, tracker, membership, inFlight, writer);
        Instant due = options.notBefore().apply(message);
        if (due.isAfter(clock.instant())) {
            waiting.add(due, partition, delivery);
        } else {
            handOut(delivery);
        }
    }

    private void handOut(InFlightRecord delivery) {
        delivery.handedOut();
        handler.accept(delivery);
    }

    private void handOutDue() {
        Instant now = clock.instant();
        while (!inFlight.isFull()) {
            Optional<InFlightRecord> due = waiting.next(now);
            if (due.isEmpty()) {
                return;
            }
            handOut(due.get());
        }
    }

    private void pauseOrResume(boolean full) {
        if (full) {
            consumer.pause(consumer.assignment());
            return;
        }
        Map<Boolean, List<TopicPartition>> bySpace =
                consumer.assignment().stream().collect(Collectors.partitioningBy(waiting.hasSpace()));
        consumer.resume(bySpace.get(true));
        consumer.pause(bySpace.get(false));
    }

    /** Repeats the call until Kafka responds. */
    private void untilKafkaResponds(Runnable call) {
        while (true) {
            try {
                call.run();
                return;
            } catch (RetriableException e) {
                if (stopping) {
                    return;
                }
                LOG.atWarn().setCause(e).addKeyValue("group", options.group()).log("Kafka does not respond, retrying");
                pauseBeforeRetry();
            }
        }
    }

    private static void pauseBeforeRetry() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            membership = newMembership();
            // Kafka may become unavailable now; also, a position is unknown until an open transaction with it has
            // ended.
            untilKafkaResponds(() -> {
                Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(partitions));
                partitions.forEach(
                        partition -> assignment.add(partition, consumer.position(partition), committed.get(partition)));
            });
            untilKafkaResponds(() -> options.onAssignment()
                    .accept(partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet())));
            joined = true;
            LOG.atInfo()
                    .addKeyValue("group", options.group())
                    .addKeyValue("partitions", partitions.size())
                    .log("assigned");
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            joined = false;
            // Ends a commit in progress as well: the work's last writes wait for it.
            commits.commitNow(membership);
            // The next owner of the partitions must not meet work still in progress here. That work needs the proof of
            // ownership until it ends.
            assignment.giveUp(partitions, stopping ? Duration.ZERO : revokeLimit, this::prove);
            commits.commitNow(membership);
            forget(partitions);
        }

        private void prove() {
            if (commits.isProofDue(membership)) {
                commits.commitNow(membership);
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            joined = false;
            assignment.giveUp(partitions, Duration.ZERO);
            forget(partitions);
            LOG.atWarn()
                    .addKeyValue("group", options.group())
                    .addKeyValue("partitions", partitions.size())
                    .log("partitions lost: the group missed this member");
        }

        private void forget(Collection<TopicPartition> partitions) {
            assignment.remove(partitions);
            waiting.remove(partitions);
            options.onAssignment().accept(Set.of());
        }
    }

    /** Stops reading, waits for work in progress, commits and leaves the group; waiting records are read again. */
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
