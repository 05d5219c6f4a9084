package io.webhookmemory.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.topics.catalogue.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RangeReaderIT {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.WEBHOOKS, 0);

    private static KafkaForTests broker;
    private static KafkaSettings kafka;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaForTests.withTopics(Map.of("TOPICS_PARTITIONS", "1"));
        kafka = KafkaSettings.from(
                new SettingsReader(new Environment(Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()))));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                kafka.forProducer(Map.of("transactional.id", "range-reader-it")),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            // Two transactions: offsets 0 to 2 are records, 3 a marker, 4 a record, 5 a marker.
            write(producer, 3);
            write(producer, 1);
        }
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void reads_the_range_and_nothing_after_it() {
        assertThat(offsets(new OffsetRange(1, 3), new ArrayList<>())).containsExactly(1L, 2L);
    }

    @Test
    void a_range_that_ends_with_transaction_markers_ends() {
        assertThat(offsets(new OffsetRange(2, 6), new ArrayList<>())).containsExactly(2L, 4L);
    }

    @Test
    void an_empty_range_is_not_waited_for() {
        assertThat(offsets(new OffsetRange(6, 6), new ArrayList<>())).isEmpty();
    }

    @Test
    void asked_to_stop_it_ends_before_the_end() {
        List<Long> read = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(kafka)) {
            new RangeReader(consumer, () -> !read.isEmpty(), () -> {})
                    .read(Map.of(PARTITION, new OffsetRange(0, Long.MAX_VALUE)), record -> read.add(record.offset()));
        }
        assertThat(read).isNotEmpty();
    }

    private static List<Long> offsets(OffsetRange range, List<Long> read) {
        try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(kafka)) {
            new RangeReader(consumer, () -> false, () -> {})
                    .read(
                            Map.of(PARTITION, range),
                            (ConsumerRecord<byte[], byte[]> record) -> read.add(record.offset()));
        }
        return read;
    }

    private static void write(KafkaProducer<byte[], byte[]> producer, int records) {
        producer.beginTransaction();
        for (int i = 0; i < records; i++) {
            producer.send(new ProducerRecord<>(PARTITION.topic(), new byte[] {1}, new byte[] {1}));
        }
        producer.commitTransaction();
    }
}
