package io.webhookmemory.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.webhookmemory.admin.cli.AdminCommand;
import io.webhookmemory.quickstart.LocalPipeline;
import io.webhookmemory.quickstart.WebhookClient;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.topics.catalogue.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import picocli.CommandLine;

/** A person is erased who is in memory, in a waiting retry, in a dead letter, and in the stream-processor's store. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EraseIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PERSON = "8801";
    private static final String NAME = "Quellwasser";
    private static final String DOCUMENT = "Contacts_" + PERSON;

    private static LocalPipeline pipeline;
    private static CogneeDouble cognee;
    private static WebhookClient client;

    @BeforeAll
    static void start() {
        pipeline = LocalPipeline.start(Map.of("WEBHOOK_RETRY_DELAY_BASE", "4", "WEBHOOK_BATCH_TIMEOUT", "0.2"));
        cognee = pipeline.cognee().orElseThrow();
        client = pipeline.webhookClient();
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    @Order(1)
    void a_person_with_a_mixed_history_is_gone_from_memory_and_from_every_compacted_topic() {
        post("create", "Accounts", "8800", "\"Account_Name\":\"Hollerbach\"");
        post("create", "Contacts", PERSON, "\"Full_Name\":\"Ada " + NAME + "\",\"Account_Name\":{\"id\":\"8800\"}");
        await().atMost(LIMIT).until(() -> text(DOCUMENT).contains(NAME));
        post(
                "create",
                "Notes",
                "8802",
                "\"Note_Content\":\"stays\",\"Parent_Id\":{\"id\":\"" + PERSON + "\",\"module\":\"Contacts\"}");
        await().atMost(LIMIT).until(() -> text("Notes_8802").contains("stays"));
        cognee.refuse(text -> text.contains("unreadable"), 415, "Unsupported file content");
        post("update", "Contacts", PERSON, "\"Title\":\"unreadable\"");
        await().atMost(LIMIT).until(() -> written(Topics.DLT).size() == 1);
        cognee.refuse(text -> text.contains("flaky"), 500, "Try again");
        post("update", "Contacts", PERSON, "\"Title\":\"flaky\"");
        await().atMost(LIMIT).until(() -> written(Topics.retry(1)).size() == 1);

        String told = admin("erase", "--record", PERSON, "--module", "Contacts");

        assertThat(told)
                .contains(
                        "content in the stream-processor's store",
                        "now      erased as of ",
                        "1 dead letter discarded",
                        "memory.sync.retry.1 ",
                        "stream-processor-records-changelog ")
                .doesNotContain(NAME);
        assertThat(text(DOCUMENT)).isEmpty();
        assertThat(text("Notes_8802")).as("another record").contains("stays");
        for (String topic : List.of(Topics.RECORDS_CHANGELOG, Topics.DIRECTORY)) {
            assertThat(newest(topic)).as(topic).doesNotContain(NAME, "flaky", "8800");
        }
        assertThat(admin("dlt", "list", "--record", PERSON)).contains("0 dead letters");
        assertThat(admin("erase", "--record", PERSON, "--module", "Contacts"))
                .contains("nothing left to erase")
                .as("the same date, not counted from the second run")
                .contains(told.lines()
                        .filter(line -> line.endsWith(", by compaction"))
                        .findFirst()
                        .orElseThrow());
    }

    @Test
    @Order(2)
    void a_waiting_retry_and_a_replay_of_the_old_events_bring_nothing_back() {
        cognee.refuseNothing();
        await().atMost(LIMIT).until(EraseIT::retriesAreFinished);
        assertThat(text(DOCUMENT)).isEmpty();

        assertThat(admin("replay", "--since", "1h", "--record", PERSON)).contains("events replayed");
        post("create", "Accounts", "8803", "\"Account_Name\":\"After the replay\"");
        await().atMost(LIMIT).until(() -> text("Accounts_8803").contains("After"));
        post("update", "Contacts", "8804", "\"Full_Name\":\"behind it\"");
        await().atMost(LIMIT).until(() -> text("Contacts_8804").contains("behind"));

        assertThat(text(DOCUMENT)).isEmpty();
        assertThat(newest(Topics.RECORDS_CHANGELOG)).contains("\"erased\":true").doesNotContain(NAME);
    }

    @Test
    @Order(3)
    void a_person_who_comes_again_is_known_by_what_is_new() {
        post("create", "Contacts", PERSON, "\"Full_Name\":\"Ada Neu\",\"Account_Name\":{\"id\":\"8800\"}");

        await().atMost(LIMIT).until(() -> text(DOCUMENT).contains("Ada Neu"));
        assertThat(text(DOCUMENT)).doesNotContain(NAME, "flaky");
    }

    private static void post(String operation, String module, String record, String fields) {
        String body = "{\"operation\":\"%s\",\"module\":\"%s\",\"data\":[{\"id\":\"%s\",\"Modified_Time\":\"%s\",%s}]}"
                .formatted(operation, module, record, Instant.now(), fields);
        assertThat(client.post(UUID.randomUUID().toString(), body).statusCode()).isEqualTo(200);
    }

    /** Of all documents of the name; empty without any. */
    private static String text(String name) {
        StringBuilder text = new StringBuilder();
        cognee.documents().stream()
                .filter(document -> document.name().equals(name))
                .forEach(document -> text.append(document.text()));
        return text.toString();
    }

    private static List<ConsumerRecord<String, byte[]>> written(String topic) {
        try (TopicReader reader = new TopicReader(pipeline.bootstrapServers(), topic)) {
            return reader.toEnd(LIMIT).stream()
                    .filter(record -> PERSON.equals(record.key()))
                    .toList();
        }
    }

    /** The newest value of the person on a compacted topic, as text; empty for a tombstone. */
    private static String newest(String topic) {
        List<ConsumerRecord<String, byte[]>> values = written(topic);
        byte[] value = values.get(values.size() - 1).value();
        return value == null ? "" : new String(value, UTF_8);
    }

    private static boolean retriesAreFinished() throws Exception {
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, pipeline.bootstrapServers()))) {
            Map<TopicPartition, OffsetAndMetadata> positions = admin.listConsumerGroupOffsets(Topics.SINK_GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get();
            return List.of(1, 2, 3).stream()
                    .flatMap(tier -> written(Topics.retry(tier)).stream())
                    .allMatch(record -> Optional.ofNullable(
                                    positions.get(new TopicPartition(record.topic(), record.partition())))
                            .filter(position -> position.offset() > record.offset())
                            .isPresent());
        }
    }

    private static String admin(String... arguments) {
        StringWriter output = new StringWriter();
        CommandLine command = AdminCommand.commandLine(pipeline.environment())
                .setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(output, true));
        assertThat(command.execute(arguments))
                .as("%s: %s", List.of(arguments), output)
                .isZero();
        return output.toString();
    }
}
