package io.webhookmemory.e2e;

import static io.webhookmemory.e2e.SubscribedPipeline.LIMIT;
import static io.webhookmemory.e2e.SubscribedPipeline.linked;
import static io.webhookmemory.e2e.SubscribedPipeline.newId;
import static io.webhookmemory.e2e.SubscribedPipeline.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.admin.audit.Audit;
import io.webhookmemory.admin.audit.AuditReport;
import io.webhookmemory.admin.audit.AuditScope;
import io.webhookmemory.admin.audit.AuditSettings;
import io.webhookmemory.admin.audit.Drift;
import io.webhookmemory.admin.audit.Finding;
import io.webhookmemory.admin.audit.RepairPlan;
import io.webhookmemory.admin.audit.RepairRun;
import io.webhookmemory.admin.cli.AdminCommand;
import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.cognee.CogneeClient;
import io.webhookmemory.cognee.DocumentMetadata;
import io.webhookmemory.cognee.Memory;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.net.FreePort;
import io.webhookmemory.zoho.api.ZohoClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Memory is changed behind the pipeline's back, in every way that an audit knows; it finds each, and repairs it. */
class AuditIT {
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

    private static final int MANAGEMENT_PORT = FreePort.any();

    private static SubscribedPipeline pipeline;
    private static AuditSettings settings;
    private static Audit audit;
    private static Memory memory;
    private static volatile boolean silent;

    private final String account = newId();
    private final String contact = newId();
    private final String deal = newId();
    private final String dataset = "account_" + account;

    @BeforeAll
    static void start() {
        pipeline = SubscribedPipeline.start(
                Map.of(
                        "WEBHOOK_MODULES",
                        "Accounts,Contacts,Deals",
                        "WEBHOOK_BATCH_TIMEOUT",
                        "0.2",
                        "WEBHOOK_RETRY_DELAY_BASE",
                        "0.05",
                        "AUDIT_INTERVAL",
                        "3",
                        "SUBSCRIPTIONS_MANAGEMENT_PORT",
                        String.valueOf(MANAGEMENT_PORT)),
                3);
        settings = AuditSettings.from(new SettingsReader(pipeline.environment()));
        memory = CogneeClient.create(settings.cognee(), new SimpleMeterRegistry());
        // One client: Zoho grants ten tokens in ten minutes.
        Optional<ZohoClient> zoho = settings.zoho().map(each -> ZohoClient.create(each, new SimpleMeterRegistry()));
        audit = new Audit(settings, zoho, new StopSignal(), Clock.systemUTC());
        pipeline.zoho.loseNotifications(() -> silent);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @Test
    void a_memory_that_holds_what_zoho_holds_does_not_differ() {
        fill();

        await().atMost(LIMIT).untilAsserted(() -> assertThat(drift()).isEmpty());
        AuditReport.Read read = audit().read();
        assertThat(read.zohoRecords()).isPositive();
        assertThat(read.directoryDocuments()).isEqualTo(read.zohoRecords());
        assertThat(read.cogneeDocuments()).isEqualTo(read.zohoRecords());
    }

    @Test
    void the_command_reports_repairs_and_then_finds_nothing() {
        fill();
        breakMemory("out_of_step");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(drift()).containsEntry("out_of_step", 1L));

        assertThat(run("audit", "--grace", "1s", "--repair", "--dry-run", "--account", account))
                .startsWith("1\n")
                .contains("1  out_of_step", "Deals " + deal + " in " + dataset, "1 event would be published");
        assertThat(run("audit", "--grace", "1s", "--repair", "--output", "json"))
                .startsWith("1\n")
                .contains("\"out_of_step\":1", "\"events\":{\"refresh\":1}");

        await().atMost(LIMIT).untilAsserted(() -> assertThat(drift()).isEmpty());
        assertThat(run("audit", "--grace", "1s")).startsWith("0\n").contains("Memory holds what it should.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "missing",
                "outdated",
                "duplicate",
                "duplicate elsewhere",
                "gone",
                "gone and unknown",
                "gone account",
                "wrong_dataset",
                "moved",
                "out_of_step",
                "unknown to the directory"
            })
    void what_is_wrong_is_found_and_repaired(String fault) {
        fill();
        Map<String, Long> expected = breakMemory(fault);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(drift()).isEqualTo(expected));

        RepairPlan plan = RepairPlan.of(audit(), 10, Instant.now());
        RepairRun.publish(settings.kafka(), plan, new StopSignal());

        await().atMost(LIMIT).untilAsserted(() -> assertThat(drift()).isEmpty());
        assertThat(plan.notRepairable()).isEmpty();
        assertThat(pipeline.places(List.of(account, contact, deal))).isEqualTo(shouldBe());
    }

    @Test
    void a_graph_that_was_not_built_is_found_until_its_dead_letter_is_redriven() {
        fill();
        pipeline.cognee.failCognifyOf(dataset, "the model does not understand");
        pipeline.zoho.put("Deals", record(deal, "Stage", "Won"));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(audit().examples(Drift.NO_GRAPH))
                        .extracting(
                                Finding::dataset, finding -> finding.detail().startsWith("dead letter"))
                        .containsExactly(tuple(dataset, true)));
        assertThat(drift()).isEqualTo(Map.of("no_graph", 1L));

        pipeline.cognee.failCognifyOf(dataset, null);
        assertThat(run("dlt", "redrive", "--record", dataset)).startsWith("0");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(drift()).isEmpty());
    }

    @Test
    void the_service_subscriptions_audits_by_itself_and_exports_the_counts() throws Exception {
        await().atMost(LIMIT)
                .until(() -> metric("memory_drift{", "kind=\"gone\"").equals("0.0"));
        breakMemory("gone and unknown");

        await().atMost(LIMIT)
                .until(() -> metric("memory_drift{", "kind=\"gone\"").equals("1.0"));
        assertThat(metric("memory_audit_age{", "")).doesNotContain("NaN", "none");
        RepairRun.publish(settings.kafka(), RepairPlan.of(audit(), 10, Instant.now()), new StopSignal());
        await().atMost(LIMIT)
                .until(() -> metric("memory_drift{", "kind=\"gone\"").equals("0.0"));
    }

    private static String metric(String start, String tag) throws Exception {
        URI metrics = URI.create("http://localhost:" + MANAGEMENT_PORT + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(start) && line.contains(tag))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElse("none");
    }

    private void fill() {
        pipeline.zoho.put("Accounts", record(account, "Account_Name", "Hollerbach"));
        pipeline.zoho.put("Contacts", linked(record(contact, "Last_Name", "Reuter"), "Account_Name", account));
        pipeline.zoho.put("Deals", linked(record(deal, "Deal_Name", "Pumps"), "Account_Name", account));
        await().atMost(LIMIT)
                .until(() -> pipeline.places(List.of(account, contact, deal)).equals(shouldBe()));
    }

    private Map<String, Long> breakMemory(String fault) {
        // Zoho's times are whole seconds: a change within the second of the last one does not look newer.
        Instant filled = Instant.now();
        await().until(() -> Instant.now().truncatedTo(ChronoUnit.SECONDS).isAfter(filled));
        silent = true;
        try {
            return switch (fault) {
                case "missing" -> {
                    pipeline.zoho.put("Deals", linked(record(newId(), "Deal_Name", "Valves"), "Account_Name", account));
                    yield Map.of("missing", 1L);
                }
                case "outdated" -> {
                    pipeline.zoho.put("Deals", record(deal, "Stage", "Lost"));
                    yield Map.of("outdated", 1L);
                }
                case "duplicate" -> {
                    add(dataset, deal, "copy");
                    yield Map.of("duplicate", 1L);
                }
                case "duplicate elsewhere" -> {
                    add("account_none", deal, "Deals_" + deal);
                    yield Map.of("duplicate", 1L);
                }
                case "gone" -> {
                    pipeline.zoho.delete("Deals", deal);
                    yield Map.of("gone", 1L);
                }
                case "gone and unknown" -> {
                    String unknown = newId();
                    add(dataset, unknown, "Deals_" + unknown);
                    yield Map.of("gone", 1L);
                }
                case "gone account" -> {
                    pipeline.zoho.delete("Deals", deal);
                    pipeline.zoho.delete("Contacts", contact);
                    pipeline.zoho.delete("Accounts", account);
                    yield Map.of("gone", 3L);
                }
                case "wrong_dataset" -> {
                    delete(deal);
                    add("account_none", deal, "Deals_" + deal);
                    yield Map.of("out_of_step", 1L, "wrong_dataset", 1L);
                }
                case "moved" -> {
                    pipeline.zoho.put("Deals", linked(record(deal, "Deal_Name", "Pumps"), "Account_Name", contact));
                    yield Map.of("outdated", 1L, "wrong_dataset", 1L);
                }
                case "out_of_step" -> {
                    delete(deal);
                    yield Map.of("out_of_step", 1L);
                }
                default -> {
                    String unknown = newId();
                    pipeline.zoho.put("Deals", record(unknown, "Deal_Name", "Found"));
                    add("account_none", unknown, "Deals_" + unknown);
                    yield Map.of("out_of_step", 1L);
                }
            };
        } finally {
            silent = false;
        }
    }

    /** Where this test's records belong, by Zoho. */
    private Map<String, String> shouldBe() {
        Map<String, String> places = new TreeMap<>();
        for (String module : List.of("Accounts", "Contacts", "Deals")) {
            String id = module.equals("Accounts") ? account : module.equals("Contacts") ? contact : deal;
            pipeline.zoho
                    .record(module, id)
                    .ifPresent(found -> places.put(
                            module + "_" + id,
                            "account_" + found.path("Account_Name").path("id").asText(account)));
        }
        return places;
    }

    private static void add(String dataset, String record, String name) {
        memory.add(
                dataset,
                new NewDocument(
                        name + ".txt",
                        "Deal " + record + " as somebody else wrote it",
                        new DocumentMetadata("Deals", record, LONG_AGO, "00")));
    }

    private void delete(String record) {
        for (CogneeDouble.Document document : pipeline.documentsOf(record)) {
            memory.delete(document.dataset(), document.dataId());
        }
    }

    private static AuditReport audit() {
        return audit.run(new AuditScope(settings.catalogue().modules(), Optional.empty(), 5, Duration.ofSeconds(1)));
    }

    /** The kinds that differ. */
    private static Map<String, Long> drift() {
        Map<String, Long> drift = new TreeMap<>();
        audit().counts().forEach((kind, count) -> {
            if (count > 0) {
                drift.put(kind.wireName(), count);
            }
        });
        return drift;
    }

    /** The exit code, and what was printed in the lines after it. */
    private static String run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = AdminCommand.commandLine(pipeline.environment())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        int code = command.execute(words);
        assertThat(code).as(err.toString()).isBetween(0, 1);
        return code + "\n" + out;
    }
}
