package io.webhookmemory.sink.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicWriter;
import io.webhookmemory.topics.catalogue.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** How many dead letters wait, as the metrics say it. */
class WaitingDeadLettersIT {
    private final Instant first = Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(3_600);
    private final Instant second = first.plusSeconds(60);

    @AutoClose
    private final KafkaForTests kafka = KafkaForTests.withTopics(Map.of("TOPICS_PARTITIONS", "2"));

    @AutoClose
    private final WaitingDeadLetters waiting = watch();

    @Test
    void letters_wait_until_they_have_a_mark_and_the_oldest_is_told() {
        assertThat(waiting.look()).isEqualTo(new WaitingDeadLetters.Waiting(0, Optional.empty()));

        put(0, first);
        put(0, second);
        put(1, second);
        assertThat(waiting.look()).isEqualTo(new WaitingDeadLetters.Waiting(3, Optional.of(first)));

        handle("0:0");
        assertThat(waiting.look()).isEqualTo(new WaitingDeadLetters.Waiting(2, Optional.of(second)));

        handle("1:0");
        put(0, second.plusSeconds(60));
        assertThat(waiting.look()).isEqualTo(new WaitingDeadLetters.Waiting(2, Optional.of(second)));
        try (WaitingDeadLetters another = watch()) {
            assertThat(another.look()).as("one that has just been started").isEqualTo(waiting.look());
        }

        handle("0:1", "0:2");
        assertThat(waiting.look()).isEqualTo(new WaitingDeadLetters.Waiting(0, Optional.empty()));
    }

    /** As the memory-sink writes them: the marker of each transaction takes an offset too. */
    @Test
    void markers_of_transactions_are_no_dead_letters() {
        String id = "waiting-dead-letters";
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", id),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            for (Instant at : List.of(first, second)) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(Topics.DLT, 0, at.toEpochMilli(), new byte[1], new byte[1]));
                producer.commitTransaction();
            }
        }
        assertThat(waiting.look()).isEqualTo(new WaitingDeadLetters.Waiting(2, Optional.of(first)));

        handle("0:0", "0:2");
        assertThat(waiting.look()).isEqualTo(new WaitingDeadLetters.Waiting(0, Optional.empty()));
    }

    @Test
    void letters_that_kafka_deleted_wait_no_more_whether_they_had_a_mark_or_not() {
        put(0, first);
        put(0, first);
        put(0, second);
        handle("0:0");
        assertThat(waiting.look()).isEqualTo(new WaitingDeadLetters.Waiting(2, Optional.of(first)));

        deleteLettersBefore(2);

        assertThat(waiting.look()).isEqualTo(new WaitingDeadLetters.Waiting(1, Optional.of(second)));
        try (WaitingDeadLetters another = watch()) {
            assertThat(another.look()).isEqualTo(new WaitingDeadLetters.Waiting(1, Optional.of(second)));
        }
    }

    @Test
    void marks_that_no_command_wrote_do_no_harm() {
        put(0, first);
        try (TopicWriter letters = letters()) {
            letters.handled("0:99999999999")
                    .handled("7:0")
                    .handled("0:1")
                    .handled("nonsense")
                    .handled(null);
        }

        assertThat(waiting.look()).isEqualTo(new WaitingDeadLetters.Waiting(1, Optional.of(first)));
    }

    /** It looks every few seconds, in every memory-sink: a warning a look would drown all others. */
    @Test
    void looking_makes_kafkas_client_log_nothing() {
        Logger logger = (Logger) LoggerFactory.getLogger("org.apache.kafka.clients.consumer");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.setLevel(Level.WARN);
        logger.addAppender(log);
        try {
            put(0, first);
            waiting.look();
            handle("0:0");
            waiting.look();
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
        }

        assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage).isEmpty();
    }

    private void put(int partition, Instant at) {
        try (TopicWriter letters = letters()) {
            letters.deadBytes(partition, at, "no event");
        }
    }

    private void deleteLettersBefore(long offset) {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()))) {
            assertThat(admin.deleteRecords(
                                    Map.of(new TopicPartition(Topics.DLT, 0), RecordsToDelete.beforeOffset(offset)))
                            .all())
                    .succeedsWithin(Duration.ofSeconds(10));
        }
    }

    private void handle(String... letters) {
        try (TopicWriter writer = letters()) {
            Stream.of(letters).forEach(writer::handled);
        }
    }

    private TopicWriter letters() {
        return new TopicWriter(kafka.bootstrapServers());
    }

    private WaitingDeadLetters watch() {
        return new WaitingDeadLetters(KafkaSettings.from(
                new SettingsReader(new Environment(Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers())))));
    }
}
