package io.webhookmemory.e2e;

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
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.tools.consumer.group.ConsumerGroupCommand;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import picocli.CommandLine;

/** What an engineer does after a bad night: dead letters sent back, a wiped memory filled again, in both ways. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RecoveryIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static LocalPipeline pipeline;
    private static CogneeDouble cognee;
    private static WebhookClient client;

    @BeforeAll
    static void start() {
        pipeline = LocalPipeline.start(Map.of("WEBHOOK_RETRY_DELAY_BASE", "0.05", "WEBHOOK_BATCH_TIMEOUT", "0.2"));
        cognee = pipeline.cognee().orElseThrow();
        client = pipeline.webhookClient();
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    @Order(1)
    void a_refused_event_is_in_memory_once_after_the_fault_is_mended_and_the_letter_sent_back() {
        cognee.refuse(text -> text.contains("unreadable"), 415, "Unsupported file content");
        post("create", "Accounts", "6001", "\"Account_Name\":\"unreadable today\"");
        await().atMost(LIMIT).until(() -> deadLetters("6001") == 1);
        assertThat(memory()).isEmpty();
        post("create", "Deals", "6002", "\"Deal_Name\":\"fine\",\"Account_Name\":{\"id\":\"6001\"}");
        await().atMost(LIMIT).until(() -> memory().size() == 1);

        cognee.refuseNothing();
        assertThat(admin("dlt", "redrive", "--dry-run")).contains("1  http_415", "would be redriven");
        assertThat(admin("dlt", "redrive", "--reason", "http_415")).contains("1 dead letter redriven");

        await().atMost(LIMIT).until(() -> memory().containsKey("account_6001/Accounts_6001"));
        assertThat(admin("dlt", "redrive")).contains("0 dead letters redriven");
        assertThat(deadLetters("6001")).isEqualTo(1);
        assertThat(cognee.documents("account_6001")).hasSize(2);
    }

    @Test
    @Order(2)
    void a_graph_that_could_not_be_built_is_asked_for_again() {
        cognee.failCognify("the model is away");
        post("create", "Accounts", "6003", "\"Account_Name\":\"No graph yet\"");
        await().atMost(LIMIT).until(() -> deadLetters("account_6003") == 1);

        cognee.failCognify(null);
        int before = cognee.cognifyRuns("account_6003");
        assertThat(admin("dlt", "redrive", "--record", "account_6003")).contains("1 dead letter redriven");

        await().atMost(LIMIT).until(() -> cognee.cognifyRuns("account_6003") > before);
    }

    @Test
    @Order(3)
    void a_wiped_memory_is_complete_again_after_a_replay_of_the_webhooks() {
        post("create", "Contacts", "6004", "\"Full_Name\":\"Jana\",\"Account_Name\":{\"id\":\"6001\"}");
        post("update", "Contacts", "6004", "\"Full_Name\":\"Jana Reuter\"");
        post("create", "Notes", "6005", "\"Note_Content\":\"gone\",\"Parent_Id\":{\"id\":\"6001\"}");
        await().atMost(LIMIT)
                .until(() -> memory().size() == 5
                        && memory().get("account_6001/Contacts_6004").contains("Reuter"));
        post("delete", "Notes", "6005", "\"Reason\":\"none\"");
        await().atMost(LIMIT).until(() -> memory().size() == 4);
        Map<String, String> before = memory();

        pipeline.restartSink(cognee::wipe);
        assertThat(memory()).isEmpty();
        assertThat(admin("replay", "--since", "7d", "--run", "backfill")).contains("as run backfill");

        await().atMost(LIMIT).untilAsserted(() -> assertThat(memory()).isEqualTo(before));
        assertThat(admin("replay", "--run", "backfill")).contains("0 events replayed");
    }

    @Test
    @Order(4)
    void a_wiped_memory_is_complete_again_after_the_sinks_group_is_set_back() {
        Map<String, String> before = memory();

        pipeline.restartSink(() -> {
            cognee.wipe();
            ConsumerGroupCommand.main(new String[] {
                "--bootstrap-server",
                pipeline.bootstrapServers(),
                "--group",
                Topics.SINK_GROUP,
                "--reset-offsets",
                "--all-topics",
                "--to-earliest",
                "--execute"
            });
        });

        await().atMost(LIMIT).untilAsserted(() -> assertThat(memory()).isEqualTo(before));
        assertThat(deadLetters("6001")).as("nothing died of it").isEqualTo(1);
    }

    private static void post(String operation, String module, String record, String fields) {
        String body = "{\"operation\":\"%s\",\"module\":\"%s\",\"data\":[{\"id\":\"%s\",\"Modified_Time\":\"%s\",%s}]}"
                .formatted(operation, module, record, Instant.now(), fields);
        assertThat(client.post(UUID.randomUUID().toString(), body).statusCode()).isEqualTo(200);
    }

    /** Text by dataset and name. */
    private static Map<String, String> memory() {
        Map<String, String> memory = new TreeMap<>();
        for (CogneeDouble.Document document : cognee.documents()) {
            memory.merge(
                    document.dataset() + "/" + document.name(), document.text(), (one, other) -> one + " AND " + other);
        }
        return memory;
    }

    private static long deadLetters(String key) {
        try (TopicReader reader = new TopicReader(pipeline.bootstrapServers(), Topics.DLT)) {
            return reader.toEnd(LIMIT).stream()
                    .filter(letter -> key.equals(letter.key()))
                    .count();
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
