package io.webhookmemory.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.cognee.AddResult;
import io.webhookmemory.cognee.CogneeClient;
import io.webhookmemory.cognee.CogneeSettings;
import io.webhookmemory.cognee.DocumentMetadata;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.TopicWriter;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code admin audit} of a memory without services beside it. The property {@code audit.records} sets how many contacts
 * there are, for the figures in docs/benchmarks.md.
 */
class AuditCommandIT {
    private static final int RECORDS = Integer.getInteger("audit.records", 300);
    private static final int PER_ACCOUNT = 50;
    private static final long FIRST_ID = 5_725_767_000_000_000_000L;
    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

    @AutoClose
    private final KafkaForTests kafka = KafkaForTests.withTopics(Map.of());

    @AutoClose
    private final CogneeDouble cognee = CogneeDouble.start();

    @AutoClose
    private final ZohoDouble zoho = ZohoDouble.start();

    private final Memory memory = memory();

    @BeforeEach
    void fillAllThreeSides() {
        try (TopicWriter directory = new TopicWriter(kafka.bootstrapServers())) {
            for (int first = 0; first < RECORDS; first += PER_ACCOUNT) {
                String account = id(RECORDS + first);
                List<ObjectNode> records = new ArrayList<>();
                List<NewDocument> documents = new ArrayList<>();
                for (int number = first; number < Math.min(RECORDS, first + PER_ACCOUNT); number++) {
                    records.add(contact(id(number), account));
                    documents.add(document(id(number)));
                }
                zoho.putAll("Contacts", records);
                AddResult.Added added = (AddResult.Added) memory.add("account_" + account, documents);
                for (int i = 0; i < records.size(); i++) {
                    directory.directory(
                            records.get(i).path("id").asText(),
                            entry(account, added.dataIds().get(i)));
                }
            }
            directory.flush();
        }
    }

    @Test
    void an_audit_estimates_its_credits_reads_each_side_once_and_finds_nothing() {
        long start = System.nanoTime();
        CommandRun run = audit();
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();

        assertThat(run.err()).contains("Zoho: about %,d records, about".formatted(RECORDS));
        assertThat(run.out())
                .contains("Compared: %,d records in Zoho".formatted(RECORDS), "Memory holds what it should.");
        assertThat(run.code()).as(run.out()).isZero();
        System.out.printf(
                "audit of %,d records in %,d datasets: %,d ms, %d calls to Zoho, %d to Cognee%n",
                RECORDS, datasets(), millis, zoho.apiCalls(), cognee.calls("list") + cognee.calls("count"));
        assertThat(cognee.calls("list")).isEqualTo(datasets());
    }

    @Test
    void differences_are_printed_with_examples_and_end_with_exit_code_1() {
        memory.delete("account_" + id(RECORDS), dataIdOf(id(0)));
        zoho.put("Contacts", contact(id(9_000_000), id(RECORDS)));

        CommandRun run = audit("--sample", "1");

        assertThat(run.code()).isOne();
        assertThat(run.out())
                .contains(
                        "1  missing        no document of the record",
                        "Contacts " + id(9_000_000) + ": Zoho has the record, memory has not",
                        "1  out_of_step    directory and Cognee name different documents",
                        "Contacts " + id(0) + " in account_" + id(RECORDS),
                        "Memory differs.");
        assertThat(written()).isZero();
        assertThat(audit("--account", id(RECORDS + PER_ACCOUNT)).code()).isZero();
        assertThat(audit("--module", "Deals").code()).isZero();
    }

    @Test
    void a_repair_is_capped_and_a_dry_run_writes_nothing() {
        for (int number = 0; number < 3; number++) {
            memory.delete("account_" + id(RECORDS), dataIdOf(id(number)));
        }

        assertThat(audit("--repair", "--dry-run").out()).contains("Repair of 3 records: 3 events would be published.");
        assertThat(written()).isZero();
        assertThat(audit("--repair", "--max", "2").out())
                .contains("Repair of 2 records: 2 events published as audit-", "1 more records need a repair");
        assertThat(written()).isEqualTo(2);
    }

    @Test
    void without_zohos_credentials_the_directory_is_compared_with_cognee_alone() {
        zoho.put("Contacts", contact(id(9_000_000), id(RECORDS)));
        Map<String, String> variables = new HashMap<>(variables());
        variables.keySet().removeIf(name -> name.startsWith("ZOHO_"));

        CommandRun run = CommandRun.of(kafka.bootstrapServers(), variables, "audit");

        assertThat(run.err()).contains("Without Zoho's credentials");
        assertThat(run.out())
                .contains("Zoho was not compared", "not found.")
                .doesNotContain("Memory holds what it should.");
        assertThat(run.code()).isZero();
    }

    @Test
    void a_cognee_that_is_away_ends_the_audit_with_exit_code_3() {
        cognee.unavailable(true);

        CommandRun run = audit();

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("Cognee's datasets failed");
    }

    @Test
    void wrong_options_are_wrong_use() {
        assertThat(audit("--dry-run").code()).isEqualTo(2);
        assertThat(audit("--module", "Machines").code()).isEqualTo(2);
        assertThat(audit("--grace", "soon").code()).isEqualTo(2);
    }

    private CommandRun audit(String... options) {
        List<String> words = new ArrayList<>(List.of("audit"));
        if (!List.of(options).contains("--grace")) {
            words.addAll(List.of("--grace", "0s"));
        }
        words.addAll(List.of(options));
        return CommandRun.of(kafka.bootstrapServers(), variables(), words.toArray(String[]::new));
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>(zoho.variables());
        variables.put("COGNEE_URL", cognee.url());
        variables.put("WEBHOOK_MODULES", "Contacts,Deals");
        variables.put("ZOHO_RATE_LIMIT", "1000");
        return variables;
    }

    private Memory memory() {
        SettingsReader settings = new SettingsReader(new Environment(Map.of("COGNEE_URL", cognee.url())));
        return CogneeClient.create(CogneeSettings.from(settings), new SimpleMeterRegistry());
    }

    private int written() {
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), Topics.WEBHOOKS)) {
            return reader.toEnd(Duration.ofMinutes(1)).size();
        }
    }

    private String dataIdOf(String record) {
        return cognee.documents().stream()
                .filter(document -> document.name().equals("Contacts_" + record))
                .findFirst()
                .orElseThrow()
                .dataId();
    }

    private static int datasets() {
        return (RECORDS + PER_ACCOUNT - 1) / PER_ACCOUNT;
    }

    private static String id(int number) {
        return String.valueOf(FIRST_ID + number);
    }

    private static ObjectNode contact(String id, String account) {
        ObjectNode contact = Json.MAPPER.createObjectNode().put("id", id).put("Last_Name", "Contact " + id);
        contact.putObject("Account_Name").put("id", account).put("name", "Account");
        return contact;
    }

    private static NewDocument document(String id) {
        return new NewDocument(
                "Contacts_" + id + ".txt",
                "Contact " + id,
                new DocumentMetadata("Contacts", id, LATER, "ab".repeat(32)));
    }

    private static DirectoryEntry entry(String account, String dataId) {
        return new DirectoryEntry("Contacts", account, "account_" + account, dataId, "ab".repeat(32), LATER);
    }
}
