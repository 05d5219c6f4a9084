package io.webhookmemory.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.sink.consume.FencedWrites.Fence;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.KafkaProcess;
import io.webhookmemory.testkit.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka goes away in the midst of writes, for longer than a transaction may last. */
class FencedWriterOutageIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int CALLERS = 4;
    /** Calls fail only after the transaction has expired. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(2);

    private static final Duration CALL_LIMIT = Duration.ofSeconds(3);

    @TempDir
    private Path directory;

    private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final List<String> written = new CopyOnWriteArrayList<>();
    private final AtomicBoolean ending = new AtomicBoolean();
    private KafkaProcess kafka;
    private FencedWriter writer;

    @BeforeEach
    void start() {
        kafka = KafkaProcess.start(directory);
        KafkaForTests.createTopics(kafka.bootstrapServers(), FencedWriterIT.TOPIC, Member.PARTITION.topic());
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        writer = new FencedWriter(
                new TransactionalProducer(
                        FencedWriterIT.settings(kafka.bootstrapServers()),
                        "fenced-one",
                        TRANSACTION_TIMEOUT,
                        CALL_LIMIT,
                        metrics),
                new PlainProducer(FencedWriterIT.settings(kafka.bootstrapServers()), "plain", metrics),
                failures::add);
        writer.start();
    }

    @AfterEach
    void stop() {
        ending.set(true);
        callers.shutdownNow();
        writer.close(Duration.ZERO);
        kafka.close();
    }

    @Test
    void writes_wait_for_a_broker_that_was_killed_and_are_made_once() {
        try (Member member = Member.join(kafka.bootstrapServers(), "one")) {
            writeOn(member.fence());
            kafka.kill();
            await().atMost(LIMIT).until(writer::isWaiting);
            kafka.start();

            goOnAndEnd();
        }
    }

    @Test
    void writes_wait_for_a_broker_that_was_frozen_and_are_made_once() {
        try (Member member = Member.join(kafka.bootstrapServers(), "one")) {
            writeOn(member.fence());
            kafka.freeze();
            await().atMost(LIMIT).until(writer::isWaiting);
            kafka.thaw();

            goOnAndEnd();
        }
    }

    /** Several callers write one record after another, and some have been written. */
    private void writeOn(Fence fence) {
        AtomicInteger numbers = new AtomicInteger();
        for (int i = 0; i < CALLERS; i++) {
            callers.execute(() -> {
                try {
                    while (!ending.get()) {
                        String key = "write-" + numbers.incrementAndGet();
                        writer.write(FencedWriterIT.write(FencedWriterIT.records(key), fence));
                        written.add(key);
                    }
                } catch (RuntimeException e) {
                    failures.add(e);
                }
            });
        }
        await().atMost(LIMIT).until(() -> written.size() > 50);
    }

    private void goOnAndEnd() {
        int before = written.size();
        await().atMost(LIMIT).until(() -> written.size() > before + 50);
        ending.set(true);
        callers.shutdown();
        await().atMost(LIMIT).until(callers::isTerminated);
        assertThat(failures).isEmpty();
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), FencedWriterIT.TOPIC)) {
            assertThat(reader.toEnd(LIMIT))
                    .extracting(ConsumerRecord::key)
                    .containsExactlyInAnyOrderElementsOf(written);
        }
    }
}
