package io.webhookmemory.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.cognee.CogneeClient;
import io.webhookmemory.cognee.CogneeSettings;
import io.webhookmemory.cognee.DocumentMetadata;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.kafka.RecordingAuthorizer;
import io.webhookmemory.testkit.kafka.RecordingAuthorizer.Decision;
import io.webhookmemory.topics.catalogue.TopicCatalogue;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every duty of every part, on a broker where each has its own login and exactly the rights that {@code topics acls}
 * prints. The broker's authorizer tells which of them were used, and what was refused.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecuredKafkaIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private static Path state;

    private static SecuredPipeline pipeline;
    private static CogneeDouble cognee;

    @BeforeAll
    static void start() {
        pipeline = new SecuredPipeline(state);
        cognee = pipeline.cognee;
        pipeline.allowWhatIsPrinted();
        RecordingAuthorizer.forget();
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    @Order(1)
    void topics_are_made_mended_and_widened() throws Exception {
        assertThat(adminWithOnePartition("topics", "apply")).startsWith("0 ");
        spoilRetention();
        assertThat(adminWithOnePartition("topics", "verify")).startsWith("1 ").contains("retention.ms is 1000");
        admin("topics", "apply");
        admin("topics", "verify");
    }

    @Test
    @Order(2)
    void what_changes_at_zoho_is_registered_for_notified_read_and_in_memory() {
        pipeline.start("memory-sink", Map.of());
        pipeline.start("stream-processor", Map.of());
        pipeline.start("ingress", Map.of());
        pipeline.start("subscriptions", Map.of());
        await().atMost(LIMIT).until(() -> pipeline.zoho.channels().size() == 6);

        pipeline.zoho.put("Accounts", record("7001", "Account_Name", "Hollerbach Pumps"));
        for (String module : List.of("Contacts", "Deals", "Tasks", "Events", "Calls", "Notes")) {
            pipeline.zoho.put(module, record("71" + Math.floorMod(module.hashCode(), 100), "Subject", "of 7001"));
        }
        pipeline.zoho.put(
                "Deals",
                record("7002", "Deal_Name", "Forty pumps")
                        .set("Account_Name", Json.MAPPER.createObjectNode().put("id", "7001")));

        await().atMost(LIMIT).until(() -> cognee.documents().size() == 8);
        assertThat(cognee.documents("account_7001"))
                .extracting(CogneeDouble.Document::name)
                .containsExactlyInAnyOrder("Accounts_7001", "Deals_7002");
    }

    @Test
    @Order(3)
    void what_is_no_event_and_what_is_refused_is_kept() {
        assertThat(pipeline.client()
                        .post(
                                "no-module",
                                "{\"operation\":\"create\",\"module\":\"Nonsense\",\"data\":[{\"id\":\"1\"}]}")
                        .statusCode())
                .isEqualTo(422);
        writeGarbage(Topics.WEBHOOKS);
        cognee.refuse(text -> text.contains("unreadable"), 415, "Unsupported file content");
        cognee.refuse(text -> text.contains("flaky"), 500, "Try again");

        pipeline.zoho.put("Accounts", record("7003", "Account_Name", "unreadable"));
        pipeline.zoho.put("Accounts", record("7004", "Account_Name", "flaky"));

        await().atMost(LIMIT)
                .until(() -> admin("dlt", "list"), words -> words.contains("http_415") && words.contains("http_500"));
        cognee.failCognify("the model is away");
        pipeline.zoho.put("Accounts", record("7005", "Account_Name", "No graph"));
        await().atMost(LIMIT)
                .until(
                        () -> admin("dlt", "list", "--record", "account_7005"),
                        words -> words.contains("1 dead letter"));
        // The sink looks every few seconds, and reads a dead letter only while it waits: none is redriven before.
        await().atMost(LIMIT)
                .until(() -> RecordingAuthorizer.decisions()
                        .contains(new Decision("memory-sink", "READ", "TOPIC", Topics.DLT, true)));
        cognee.failCognify(null);
        cognee.refuseNothing();
    }

    @Test
    @Order(4)
    void letters_are_sent_back_and_events_replayed() {
        assertThat(admin("dlt", "redrive")).contains("letters redriven");
        await().atMost(LIMIT).until(() -> cognee.documents().size() == 11);
        assertThat(admin("dlt", "list", "--all")).contains("redriven");
        await().atMost(LIMIT)
                .until(
                        () -> admin("trace", "--record", "7003"),
                        words -> words.contains("redriven") && words.contains("in memory as of"));
        assertThat(admin("trace", "--record", "7003")).contains("cognee   holds the document with this text");

        pipeline.restart("memory-sink", Map.of());

        assertThat(admin("replay", "--since", "1d", "--account", "7001", "--run", "again"))
                .contains("as run again");
        assertThat(admin("replay", "--run", "again")).contains("0 events replayed");
        TopicCatalogue catalogue = catalogue();
        List<String> sources =
                new java.util.ArrayList<>(Topics.ofModules(catalogue.settings().modules()));
        sources.addAll(Topics.retries(catalogue.settings().retryTiers()));
        sources.add(Topics.REJECTED);
        sources.forEach(topic -> admin("replay", "--from", topic, "--since", "1d", "--dry-run"));
    }

    @Test
    @Order(5)
    void the_records_of_a_deleted_account_are_read_again() {
        pipeline.zoho.put("Accounts", record("7200", "Account_Name", "Short-lived"));
        for (String module : List.of("Contacts", "Deals", "Tasks", "Events", "Notes")) {
            ObjectNode child = record("72" + Math.floorMod(module.hashCode(), 100), "Subject", "of 7200")
                    .put("$se_module", "Accounts");
            for (String parent : List.of("Account_Name", "What_Id", "Parent_Id")) {
                child.putObject(parent).put("id", "7200");
            }
            pipeline.zoho.put(module, child);
        }
        await().atMost(LIMIT).until(() -> cognee.documents("account_7200").size() == 6);

        pipeline.zoho.delete("Accounts", "7200");

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(cognee.documents("account_7200"))
                        .extracting(CogneeDouble.Document::name)
                        .hasSize(5)
                        .doesNotContain("Accounts_7200"));
    }

    @Test
    @Order(6)
    void what_zoho_already_holds_is_imported() {
        assertThat(pipeline.subscriptions("import", "--module", "Accounts").code())
                .isZero();
        assertThat(pipeline.subscriptions("import", "--module", "Accounts").words())
                .contains("Accounts: finished at ", "skipped");
    }

    @Test
    @Order(7)
    void memory_is_audited_by_the_service_and_by_hand() {
        SettingsReader settings = new SettingsReader(pipeline.environment("admin", Map.of()));
        CogneeClient.create(CogneeSettings.from(settings), new SimpleMeterRegistry())
                .add(
                        "account_none",
                        List.of(new NewDocument(
                                "Deals_7999.txt",
                                "Of no record",
                                new DocumentMetadata("Deals", "7999", Instant.EPOCH, "00"))));
        // An audit reads requests for graphs only while some are unfinished.
        cognee.cognifyLatency(Duration.ofSeconds(10));
        pipeline.zoho.put("Accounts", record("7001", "Phone", "+43 316 2"));
        pipeline.restart("subscriptions", Map.of("AUDIT_INTERVAL", "1"));
        Environment withoutZoho = pipeline.environment(
                "admin", Map.of("ZOHO_CLIENT_ID", "", "ZOHO_CLIENT_SECRET", "", "ZOHO_REFRESH_TOKEN", ""));

        await().atMost(LIMIT).until(() -> {
            // 0 where the pipeline takes longer than the grace: then what differs counts as on the way.
            assertThat(pipeline.admin(withoutZoho, "audit", "--grace", "1s").code())
                    .isIn(0, 1);
            return hasReadRequests("admin");
        });
        await().atMost(LIMIT).until(() -> hasReadRequests("subscriptions"));
        cognee.cognifyLatency(Duration.ZERO);
    }

    private static boolean hasReadRequests(String user) {
        return RecordingAuthorizer.decisions().contains(new Decision(user, "READ", "TOPIC", Topics.COGNIFY, true));
    }

    @Test
    @Order(8)
    void a_record_is_erased() {
        pipeline.zoho.delete("Deals", "7002");

        assertThat(admin("erase", "--record", "7002", "--module", "Deals"))
                .containsPattern("erased as of|nothing left to erase")
                .contains("stream-processor-records-changelog");
    }

    @Test
    @Order(9)
    void nothing_was_refused_and_no_right_was_given_in_vain() {
        // The backlog and the sweep's position are looked at every few seconds.
        await().atMost(LIMIT).untilAsserted(() -> {
            Set<Decision> decisions = RecordingAuthorizer.decisions();
            assertThat(decisions).filteredOn(decision -> !decision.allowed()).isEmpty();
            assertThat(pipeline.printedRules())
                    .filteredOn(rule -> decisions.stream().noneMatch(decision -> uses(decision, rule)))
                    .as("rights that nobody used")
                    .isEmpty();
        });
    }

    private static boolean uses(Decision decision, AclBinding rule) {
        String name = rule.pattern().name();
        return rule.entry().principal().equals("User:" + decision.user())
                && rule.entry().operation().name().equals(decision.operation())
                && rule.pattern().resourceType().name().equals(decision.type())
                && (rule.pattern().patternType() == PatternType.PREFIXED
                        ? decision.name().startsWith(name)
                        : decision.name().equals(name));
    }

    private static void spoilRetention() throws Exception {
        try (Admin admin = pipeline.kafka.admin()) {
            Map<ConfigResource, Collection<AlterConfigOp>> changes = catalogue().topics().stream()
                    .collect(Collectors.toMap(
                            topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()),
                            topic -> List.of(option("retention.ms"), option("delete.retention.ms"))));
            admin.incrementalAlterConfigs(changes).all().get();
        }
    }

    private static AlterConfigOp option(String name) {
        return new AlterConfigOp(new ConfigEntry(name, "1000"), AlterConfigOp.OpType.SET);
    }

    private static TopicCatalogue catalogue() {
        return io.webhookmemory.admin.cli.Session.of(
                        pipeline.environment("admin", Map.of()), new io.webhookmemory.admin.transfer.StopSignal())
                .catalogue();
    }

    private static void writeGarbage(String topic) {
        Map<String, Object> options = new HashMap<>(pipeline.kafka.adminOptions());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, new byte[] {1, 2, 3}));
        }
    }

    static ObjectNode record(String id, String field, String value) {
        return Json.MAPPER.createObjectNode().put("id", id).put(field, value);
    }

    private static String admin(String... arguments) {
        SecuredPipeline.Told told = pipeline.admin(arguments);
        assertThat(told.code()).as(told.words()).isZero();
        return told.words();
    }

    private static String adminWithOnePartition(String... arguments) {
        SecuredPipeline.Told told =
                pipeline.admin(pipeline.environment("admin", Map.of("TOPICS_PARTITIONS", "1")), arguments);
        return told.code() + " " + told.words();
    }
}
