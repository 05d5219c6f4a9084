package io.webhookmemory.sink.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.KafkaProcess;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordPollerIT {
    /** Less than a rebalance waits for work, which is two minutes. */
    private static final Duration LIMIT = Duration.ofMinutes(1);
    /** The shortest that the broker allows. */
    private static final Duration SESSION = Duration.ofSeconds(6);

    private static final Duration CALL = Duration.ofSeconds(1);

    private static final KafkaForTests KAFKA = KafkaForTests.shared();

    private final List<RecordPoller> pollers = new ArrayList<>();
    private final List<Throwable> fatal = new CopyOnWriteArrayList<>();
    private final BlockingQueue<InFlightRecord> handedOut = new LinkedBlockingQueue<>();
    /** The positions that were to be committed with writes. */
    private final List<Long> written = new CopyOnWriteArrayList<>();

    /** What a polling thread does in each of its steps; how many are at it. */
    private final AtomicReference<Runnable> onStep = new AtomicReference<>(() -> {});

    private final AtomicInteger stuck = new AtomicInteger();

    @BeforeAll
    static void createTopics() {
        KafkaForTests.createTopics(
                KAFKA.bootstrapServers(),
                "poller.deals",
                "poller.contacts",
                "poller.tasks",
                "poller.accounts",
                "poller.notes");
    }

    @AfterEach
    void stop() {
        pollers.forEach(RecordPoller::close);
    }

    @Test
    void a_poller_that_stops_leaves_the_group_without_waiting_again_for_work_that_outlived_its_limit() {
        // It is to leave by itself, not to be missed.
        RecordPoller poller = poller(KAFKA.bootstrapServers(), "one", "poller.deals", Map.of("session", "300000"));
        send(KAFKA.bootstrapServers(), "poller.deals", "1");
        InFlightRecord endless = next();
        assertThat(members("poller.deals")).isEqualTo(1);

        poller.close(Duration.ZERO);

        await().atMost(LIMIT).until(() -> members("poller.deals") == 0);
        assertThatThrownBy(() -> endless.require(CALL)).isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> endless.write(List.of(new ProducerRecord<>("poller.deals", new byte[0]))))
                .isInstanceOf(LeaseLostException.class);
        assertThat(written).isEmpty();
    }

    @Test
    void a_record_may_be_worked_on_for_longer_than_the_session_timeout() {
        poller(KAFKA.bootstrapServers(), "one", "poller.contacts", Map.of());
        send(KAFKA.bootstrapServers(), "poller.contacts", "1");
        InFlightRecord record = next();
        long until = System.nanoTime() + SESSION.multipliedBy(2).toNanos();
        await().atMost(LIMIT).until(() -> {
            record.require(CALL);
            return System.nanoTime() > until;
        });
        record.write(List.of(new ProducerRecord<>("memory.directory", "1", new byte[0])));
        record.done();

        assertThat(written).containsExactly(0L);
        await().atMost(LIMIT).until(() -> committed(KAFKA.bootstrapServers(), "poller.contacts") == 1);
        assertThat(fatal).isEmpty();
    }

    @Test
    void a_member_whose_polls_stopped_starts_no_call_when_another_has_its_partition() {
        CountDownLatch thaw = new CountDownLatch(1);
        poller(KAFKA.bootstrapServers(), "one", "poller.tasks", Map.of());
        send(KAFKA.bootstrapServers(), "poller.tasks", "1");
        InFlightRecord record = next();
        record.require(CALL);

        onStep.set(() -> awaitQuietly(thaw));
        await().atMost(LIMIT).until(() -> stuck.get() == 1);
        onStep.set(() -> {});
        poller(KAFKA.bootstrapServers(), "two", "poller.tasks", Map.of());
        InFlightRecord taken = next();
        CompletableFuture<Void> late = CompletableFuture.runAsync(() -> record.require(CALL));
        taken.require(CALL);
        assertThat(late).isNotDone();

        thaw.countDown();
        await().atMost(LIMIT).until(late::isDone);
        assertThatThrownBy(late::join).hasCauseInstanceOf(LeaseLostException.class);
    }

    @Test
    void work_that_goes_on_during_a_rebalance_keeps_its_lease_until_it_ends() {
        poller(KAFKA.bootstrapServers(), "one", "poller.accounts", Map.of("maxPoll", "120000"));
        send(KAFKA.bootstrapServers(), "poller.accounts", "1");
        InFlightRecord record = next();
        poller(KAFKA.bootstrapServers(), "two", "poller.accounts", Map.of("maxPoll", "120000"));
        // Granted to nothing more: the partitions are being given up.
        await().atMost(LIMIT).until(() -> !pollers.get(0).isJoined());

        long until = System.nanoTime() + SESSION.multipliedBy(2).toNanos();
        await().atMost(LIMIT).until(() -> {
            record.require(CALL);
            return System.nanoTime() > until;
        });
        record.done();

        await().atMost(LIMIT).until(() -> committed(KAFKA.bootstrapServers(), "poller.accounts") == 1);
        assertThat(handedOut).isEmpty();
    }

    @Test
    void reading_pauses_while_the_bytes_in_flight_are_full() {
        AtomicInteger steps = new AtomicInteger();
        onStep.set(steps::incrementAndGet);
        RecordPoller poller = poller(KAFKA.bootstrapServers(), "one", "poller.notes", Map.of("fetch", "1"));
        for (int i = 0; i < 10; i++) {
            send(KAFKA.bootstrapServers(), "poller.notes", "n" + i);
        }
        await().atMost(LIMIT).until(() -> poller.inFlight() == 3);
        int before = steps.get();
        await().atMost(LIMIT).until(() -> steps.get() > before + 20);
        assertThat(poller.inFlight()).isEqualTo(3);

        for (int i = 0; i < 10; i++) {
            next().done();
        }
        assertThat(poller.inFlight()).isZero();
        assertThat(poller.inFlightBytes()).isZero();
    }

    @Test
    void what_is_in_flight_when_kafka_goes_away_is_finished_when_it_is_back(@TempDir Path directory) {
        try (KafkaProcess kafka = KafkaProcess.start(directory)) {
            KafkaForTests.createTopics(kafka.bootstrapServers(), "poller.deals");
            RecordPoller poller = poller(kafka.bootstrapServers(), "one", "poller.deals", Map.of());
            send(kafka.bootstrapServers(), "poller.deals", "1");
            InFlightRecord record = next();
            record.require(CALL);
            kafka.kill();
            AtomicReference<CompletableFuture<Void>> waiting = new AtomicReference<>();
            await().atMost(LIMIT).until(() -> {
                waiting.set(CompletableFuture.runAsync(() -> record.require(CALL)));
                return !endsSoon(waiting.get());
            });

            kafka.start();

            await().atMost(LIMIT).until(() -> waiting.get().isDone());
            InFlightRecord ours = record;
            if (waiting.get().isCompletedExceptionally()) {
                // Kafka was away for longer than the session: the record is read again.
                record.release();
                ours = next();
                assertThat(ours.message().key()).isEqualTo("1");
            }
            ours.done();
            send(kafka.bootstrapServers(), "poller.deals", "2");
            assertThat(next().message().key()).isEqualTo("2");
            await().atMost(LIMIT).until(() -> committed(kafka.bootstrapServers(), "poller.deals") == 1);
            assertThat(fatal).isEmpty();
            poller.close();
        }
    }

    private static boolean endsSoon(CompletableFuture<Void> future) {
        try {
            future.get(500, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param group the topic's name too */
    private RecordPoller poller(String bootstrapServers, String instance, String group, Map<String, String> options) {
        String session = options.getOrDefault("session", String.valueOf(SESSION.toMillis()));
        RecordPoller poller = new RecordPoller(
                KafkaSettings.from(new SettingsReader(new Environment(Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS",
                        bootstrapServers,
                        "KAFKA_SESSION_TIMEOUT_MS",
                        session,
                        "KAFKA_HEARTBEAT_INTERVAL_MS",
                        "500",
                        "KAFKA_MAX_PARTITION_FETCH_BYTES",
                        options.getOrDefault("fetch", "100000"),
                        "KAFKA_MAX_POLL_INTERVAL_MS",
                        options.getOrDefault("maxPoll", session))))),
                new RecordPoller.Options(
                        group,
                        instance,
                        List.of(group),
                        1_000,
                        2_500,
                        CALL,
                        message -> Instant.MIN,
                        message -> 0L,
                        () -> {
                            stuck.incrementAndGet();
                            onStep.get().run();
                            stuck.decrementAndGet();
                            return false;
                        },
                        partitions -> {}),
                this::write,
                handedOut::add,
                fatal::add,
                Clock.systemUTC());
        poller.start();
        pollers.add(poller);
        return poller;
    }

    private List<Optional<RuntimeException>> write(List<FencedWrites.Write> writes) {
        writes.forEach(write ->
                written.add(write.fence().position().after(write.finishes()).offset()));
        return Collections.nCopies(writes.size(), Optional.empty());
    }

    /** The next record that was handed out, started. */
    private InFlightRecord next() {
        try {
            InFlightRecord record = handedOut.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(record).isNotNull();
            assertThat(record.start()).isTrue();
            return record;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void send(String bootstrapServers, String topic, String key) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key, new byte[1_000]));
        }
    }

    private static int members(String group) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
            return admin.describeConsumerGroups(List.of(group))
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join()
                    .get(group)
                    .members()
                    .size();
        }
    }

    private static long committed(String bootstrapServers, String group) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            return admin
                    .listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join()
                    .values()
                    .stream()
                    .filter(Objects::nonNull)
                    .mapToLong(OffsetAndMetadata::offset)
                    .sum();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
