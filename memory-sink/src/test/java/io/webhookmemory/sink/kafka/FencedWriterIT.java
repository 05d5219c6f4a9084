package io.webhookmemory.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.sink.consume.FencedWrites.Fence;
import io.webhookmemory.sink.consume.FencedWrites.Write;
import io.webhookmemory.sink.consume.LeaseLostException;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FencedWriterIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    /** Of these tests alone: what they write is no directory. */
    static final String TOPIC = "fenced.records";

    private static final String ID = FencedWriter.transactionalId(Member.GROUP, "one");

    private static final KafkaForTests KAFKA = KafkaForTests.shared();

    @AutoClose
    private final TopicReader reader = new TopicReader(KAFKA.bootstrapServers(), TOPIC);

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final List<Throwable> fatal = new CopyOnWriteArrayList<>();
    private final List<FencedWriter> writers = new ArrayList<>();

    @BeforeAll
    static void createTopic() {
        KafkaForTests.createTopics(KAFKA.bootstrapServers(), TOPIC, Member.PARTITION.topic());
    }

    @AfterEach
    void stop() {
        writers.forEach(FencedWriter::close);
        assertThat(fatal).isEmpty();
    }

    @Test
    void a_members_records_are_written() {
        FencedWriter writer = writer();
        try (Member member = Member.join(KAFKA.bootstrapServers(), "one")) {
            writer.write(write(records("visible-1", "visible-2"), member.fence()));

            assertKeys("visible", "visible-1", "visible-2");
            assertThat(metrics.getMeters())
                    .anyMatch(meter -> meter.getId().getName().startsWith("kafka.producer."));
        }
    }

    @Test
    void a_member_that_was_replaced_writes_nothing() {
        FencedWriter old = writer();
        try (Member replaced = Member.join(KAFKA.bootstrapServers(), "one")) {
            Fence stale = replaced.fence();
            old.write(write(records("replaced-before"), stale));
            try (Member present = Member.join(KAFKA.bootstrapServers(), "one")) {
                assertThatThrownBy(() -> old.write(write(records("replaced-after"), stale)))
                        .isInstanceOf(LeaseLostException.class);

                FencedWriter next = writer();
                next.write(write(records("replaced-next"), present.fence()));
                assertThatThrownBy(() -> old.write(write(records("replaced-late"), stale)))
                        .isInstanceOf(LeaseLostException.class);
                next.write(write(records("replaced-last"), present.fence()));
            }
        }
        assertKeys("replaced", "replaced-before", "replaced-next", "replaced-last");
    }

    @Test
    void writes_of_an_old_and_of_the_present_generation_do_not_fail_each_other() {
        FencedWriter writer = unstarted();
        try (Member replaced = Member.join(KAFKA.bootstrapServers(), "one");
                Member present = Member.join(KAFKA.bootstrapServers(), "one")) {
            CompletableFuture<Void> stale = later(() -> writer.write(write(records("mixed-old"), replaced.fence())));
            CompletableFuture<Void> good = later(() -> writer.write(write(records("mixed-new"), present.fence())));
            writer.start();

            assertThat(good).succeedsWithin(LIMIT);
            assertThatThrownBy(stale::join).hasCauseInstanceOf(LeaseLostException.class);
        }
        assertKeys("mixed", "mixed-new");
    }

    @Test
    void two_processes_of_one_id_shut_each_other_out_for_a_moment_only() {
        FencedWriter first = writer();
        FencedWriter second = writer();
        try (Member member = Member.join(KAFKA.bootstrapServers(), "one")) {
            for (int i = 0; i < 3; i++) {
                first.write(write(records("both-first-" + i), member.fence()));
                second.write(write(records("both-second-" + i), member.fence()));
            }
        }
        await().atMost(LIMIT).untilAsserted(() -> assertThat(keys("both")).hasSize(6));
    }

    @Test
    void a_transaction_that_a_killed_process_left_open_holds_up_neither_its_successor_nor_readers() {
        try (Member member = Member.join(KAFKA.bootstrapServers(), "one");
                KafkaProducer<String, byte[]> killed = new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                KAFKA.bootstrapServers(),
                                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                                ID,
                                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                                600_000),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            killed.initTransactions();
            killed.beginTransaction();
            killed.send(records("open-killed").get(0));
            killed.sendOffsetsToTransaction(
                    Map.of(member.fence().partition(), new OffsetAndMetadata(0)),
                    member.fence().member());
            killed.flush();

            writer().write(write(records("open-next"), member.fence()));

            assertKeys("open", "open-next");
            try (Member next = Member.join(KAFKA.bootstrapServers(), "one")) {
                assertThat(next.position()).isZero();
            }
        }
    }

    @Test
    void a_record_that_is_too_large_fails_alone() {
        FencedWriter writer = unstarted();
        try (Member member = Member.join(KAFKA.bootstrapServers(), "one")) {
            Fence fence = member.fence();
            CompletableFuture<Void> large = later(() -> writer.write(
                    write(List.of(new ProducerRecord<>(TOPIC, "size-large", new byte[8_000_000])), fence)));
            List<CompletableFuture<Void>> others = IntStream.range(0, 20)
                    .mapToObj(i -> later(() -> writer.write(write(records("size-" + i), fence))))
                    .toList();
            writer.start();

            assertThat(others).allSatisfy(write -> assertThat(write).succeedsWithin(LIMIT));
            assertThatThrownBy(large::join).hasCauseInstanceOf(KafkaException.class);
        }
        await().atMost(LIMIT).untilAsserted(() -> assertThat(keys("size")).hasSize(20));
    }

    @Test
    void records_that_are_not_fenced_are_written_whoever_asks() {
        writer().writeUnfenced(records("unfenced"));

        assertKeys("unfenced", "unfenced");
    }

    @Test
    void a_writer_that_is_closed_fails_the_writes_that_it_has_not_made() {
        FencedWriter writer = writer();
        writer.close();

        try (Member member = Member.join(KAFKA.bootstrapServers(), "one")) {
            assertThatThrownBy(() -> writer.write(write(records("closed"), member.fence())))
                    .isInstanceOf(KafkaException.class);
        }
    }

    private FencedWriter writer() {
        FencedWriter writer = unstarted();
        writer.start();
        return writer;
    }

    private FencedWriter unstarted() {
        FencedWriter writer = new FencedWriter(settings(KAFKA.bootstrapServers()), ID, metrics, fatal::add);
        writers.add(writer);
        return writer;
    }

    static KafkaSettings settings(String bootstrapServers) {
        return KafkaSettings.from(
                new SettingsReader(new Environment(Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers))));
    }

    static Write write(List<ProducerRecord<String, byte[]>> records, Fence fence) {
        return new Write(records, fence, Set.of());
    }

    static List<ProducerRecord<String, byte[]>> records(String... keys) {
        return List.of(keys).stream()
                .map(key -> new ProducerRecord<>(TOPIC, key, new byte[] {1}))
                .toList();
    }

    private static CompletableFuture<Void> later(Runnable write) {
        return CompletableFuture.runAsync(write);
    }

    // A transaction is certain when its commit returns; that readers see it is a moment later.
    private void assertKeys(String prefix, String... expected) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(keys(prefix)).containsExactlyInAnyOrder(expected));
    }

    /** Of the records that a read_committed consumer sees. */
    private List<String> keys(String prefix) {
        return reader.toEnd(LIMIT).stream()
                .map(ConsumerRecord::key)
                .filter(key -> key.startsWith(prefix))
                .toList();
    }
}
