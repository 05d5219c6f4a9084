package io.webhookmemory.sink.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.WebhookEvent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class DirectoryReaderIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    /** The catalogue's default. */
    private static final int PARTITIONS = 6;

    private static final List<Integer> ALL =
            IntStream.range(0, PARTITIONS).boxed().toList();

    private static final KafkaForTests KAFKA = KafkaForTests.shared();

    private final KafkaSettings settings = new KafkaSettings(KAFKA.bootstrapServers(), Map.of());
    private final DirectoryRecords records = new DirectoryRecords("sink-0", Clock.systemUTC());
    private final RecordDirectory directory = new RecordDirectory();
    private final String test = UUID.randomUUID().toString();

    @AutoClose
    private final DirectoryReader reader = new DirectoryReader(settings, directory);

    @Test
    void what_was_written_last_counts() throws Exception {
        WebhookEvent written = event("written");
        WebhookEvent pending = event("pending");
        try (KafkaProducer<String, byte[]> producer = producer(Map.of())) {
            producer.send(records.intent(written, Known.NOTHING, "account_7", List.of("account_7"), "ab"));
            producer.send(records.entry(written, place()));
            producer.send(records.entry(pending, place()));
            producer.send(records.intent(pending, Known.at(place()), "account_8", List.of("account_8"), "ab"));
            producer.send(records.entry(event("deleted"), place()));
            producer.send(records.tombstone(id("deleted"), Events.time(9)));
            producer.send(new ProducerRecord<>(
                    Topics.DIRECTORY, id("nonsense"), "{no JSON".getBytes(StandardCharsets.UTF_8)));
            producer.flush();
        }

        reader.read(ALL);

        assertThat(directory.of(id("written"))).isEqualTo(Known.at(place()));
        assertThat(directory.of(id("pending"))).isEqualTo(Known.at(place()).changing(List.of("account_8")));
        assertThat(directory.of(id("deleted"))).isEqualTo(Known.deleted(Events.time(9)));
        assertThat(directory.of(id("nonsense"))).isEqualTo(Known.NOTHING);
    }

    @Test
    void partitions_come_and_go_with_their_records_alone() throws Exception {
        try (KafkaProducer<String, byte[]> producer = producer(Map.of())) {
            int partition =
                    producer.send(records.entry(event("one"), place())).get().partition();
            List<Integer> others =
                    ALL.stream().filter(number -> number != partition).toList();

            reader.read(others);
            assertThat(directory.of(id("one"))).isEqualTo(Known.NOTHING);
            reader.read(List.of(partition));
            assertThat(directory.of(id("one"))).isEqualTo(Known.at(place()));
            directory.drop(others);
            assertThat(directory.of(id("one"))).isEqualTo(Known.at(place()));
            directory.drop(List.of(partition));
            assertThat(directory.of(id("one"))).isEqualTo(Known.NOTHING);
        }
    }

    @Test
    void an_open_transaction_of_the_owner_before_is_waited_for() throws Exception {
        try (KafkaProducer<String, byte[]> owner =
                producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "owner-" + test))) {
            owner.initTransactions();
            owner.beginTransaction();
            owner.send(records.entry(event("committed"), place())).get();
            CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> reader.read(ALL));
            await().during(Duration.ofMillis(500)).atMost(LIMIT).until(() -> !reading.isDone());

            owner.commitTransaction();

            await().atMost(LIMIT).until(reading::isDone);
            reading.get();
            assertThat(directory.of(id("committed"))).isEqualTo(Known.at(place()));
        }
    }

    @Test
    void what_was_not_committed_does_not_count() throws Exception {
        try (KafkaProducer<String, byte[]> owner =
                producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "owner-" + test))) {
            owner.initTransactions();
            owner.beginTransaction();
            owner.send(records.entry(event("aborted"), place())).get();
            owner.abortTransaction();
        }

        reader.read(ALL);

        assertThat(directory.of(id("aborted"))).isEqualTo(Known.NOTHING);
    }

    private WebhookEvent event(String record) {
        return Events.update(id(record), "7", 1, "a");
    }

    private String id(String record) {
        return test + record;
    }

    private static Place place() {
        return new Place("Deals", "7", "account_7", "data-id", "ab", Events.time(1));
    }

    private KafkaProducer<String, byte[]> producer(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers());
        return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    }
}
