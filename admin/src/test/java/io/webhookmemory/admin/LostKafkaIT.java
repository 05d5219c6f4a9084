package io.webhookmemory.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.KafkaProcess;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.TopicWriter;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.wire.Headers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replay of an account's events in the midst of which the broker is killed. */
class LostKafkaIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int EVENTS = 1_000;
    /** So many before Kafka is lost. */
    private static final int PIECE = 200;

    private static final List<String> ALL =
            IntStream.range(0, EVENTS).mapToObj(String::valueOf).toList();

    @TempDir
    private Path directory;

    private KafkaProcess kafka;

    @BeforeEach
    void startKafka() {
        kafka = KafkaProcess.start(directory);
        KafkaForTests.applyCatalogue(kafka.bootstrapServers(), Map.of("TOPICS_PARTITIONS", "2"));
        try (TopicWriter letters = new TopicWriter(kafka.bootstrapServers())) {
            for (String id : ALL) {
                // Only the directory says whose these are.
                letters.event(Topics.ofModule("Deals"), TopicWriter.event("Deals", id, null), Instant.now())
                        .directory(id, new DirectoryEntry("Deals", "900", "account_900", null, null, Instant.EPOCH));
            }
        }
    }

    @AfterEach
    void stopKafka() {
        kafka.close();
    }

    /** Who never looks whether Kafka is still there waits for it for ever. */
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @Test
    void a_run_that_loses_kafka_while_it_reads_whose_the_records_are_says_so_and_goes_on_when_kafka_is_back() {
        CommandRun begun = replay("--from", "zoho.deals", "--since", "1h", "--account", "900", "--max", "" + PIECE);
        assertThat(begun).returns(0, CommandRun::code);

        Watch.onRead = topic -> {
            if (topic.equals(Topics.DIRECTORY)) {
                kafka.kill();
            }
        };
        CommandRun cutOff = replay();

        assertThat(cutOff).returns(3, CommandRun::code);
        assertThat(cutOff.err())
                .contains("Kafka does not respond; is it running")
                .doesNotContain("Exception");
        Watch.onRead = topic -> {};
        kafka.start();
        assertThat(sent()).hasSize(PIECE);

        assertThat(replay()).returns(0, CommandRun::code);
        assertThat(sent()).as("each event once").containsExactlyInAnyOrderElementsOf(ALL);
    }

    private CommandRun replay(String... selection) {
        List<String> arguments = new ArrayList<>(List.of("replay", "--run", "r"));
        arguments.addAll(List.of(selection));
        return CommandRun.of(
                kafka.bootstrapServers(),
                Map.of("KAFKA_INTERCEPTOR_CLASSES", Watch.class.getName(), "KAFKA_MAX_PARTITION_FETCH_BYTES", "1"),
                arguments.toArray(String[]::new));
    }

    /** Keys of what was replayed, committed only. */
    private List<String> sent() {
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), Topics.WEBHOOKS)) {
            return reader.toEnd(LIMIT).stream()
                    .filter(record -> record.headers().lastHeader(Headers.REPLAY_ID) != null)
                    .map(ConsumerRecord::key)
                    .toList();
        }
    }

    /** Sits in the command's clients, producers too as Kafka demands, and sees what they read. */
    public static final class Watch
            implements ConsumerInterceptor<byte[], byte[]>, ProducerInterceptor<byte[], byte[]> {
        private static volatile Consumer<String> onRead = topic -> {};

        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            records.partitions().stream().map(TopicPartition::topic).distinct().forEach(onRead);
            return records;
        }

        @Override
        public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
            return record;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

        @Override
        public void onAcknowledgement(RecordMetadata metadata, Exception exception) {}

        @Override
        public void configure(Map<String, ?> configs) {}

        @Override
        public void close() {}
    }
}
