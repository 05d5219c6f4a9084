package io.webhookmemory.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.wire.JsonSerde;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process is killed after RocksDB has written a part of the directory's copy to disk, marked as open. */
class KilledDirectoryIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    /** More than the 8 MiB that RocksDB keeps in memory before it writes to disk. */
    private static final int CHANGES = 10_000;

    private static final String DATASET = "account_" + "1".repeat(2_000);

    @TempDir
    private Path directory;

    @AutoClose
    private final KafkaForTests kafka = KafkaForTests.withTopics(Map.of("TOPICS_PARTITIONS", "1"));

    @Test
    void a_killed_process_whose_directory_was_not_closed_starts_again() {
        try (ProcessorProcess processor = start().awaitReady()) {
            changeDirectory();
            await().atMost(LIMIT).until(this::isDirectoryOnDisk);
            processor.kill();
        }
        try (ProcessorProcess processor = start().awaitReady()) {
            assertThat(processor.log()).contains("the copy of the directory on disk was not closed");
        }
    }

    private ProcessorProcess start() {
        return ProcessorProcess.start(kafka.bootstrapServers(), directory, Map.of("TOPICS_PARTITIONS", "1"));
    }

    private void changeDirectory() {
        byte[] entry = JsonSerde.directoryEntry()
                .toBytes(new DirectoryEntry("Deals", "1", DATASET, "data", "digest", Instant.EPOCH));
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < CHANGES; i++) {
                producer.send(new ProducerRecord<>(Topics.DIRECTORY, String.valueOf(i), entry));
            }
        }
    }

    private boolean isDirectoryOnDisk() {
        Path copy = directory.resolve("state").resolve(Topics.PROCESSOR_GROUP).resolve("global");
        try (Stream<Path> files = Files.walk(copy)) {
            return files.anyMatch(file -> file.toString().endsWith(".sst"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
