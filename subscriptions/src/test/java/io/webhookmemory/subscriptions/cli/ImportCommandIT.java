package io.webhookmemory.subscriptions.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.subscriptions.SubscriptionsMain;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.ServiceProcess;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code subscriptions import} on a real broker, against the double of Zoho; nothing reads what it publishes. */
class ImportCommandIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int RECORDS = Integer.getInteger("import.records", 5_000);
    private static final List<String> NO_LIMITS = List.of("--rate", "100000", "--max-backlog", "1000000");

    private static KafkaForTests kafka;

    private final ZohoDouble zoho = ZohoDouble.start();

    @TempDir
    private Path directory;

    @BeforeAll
    static void startKafka() {
        kafka = KafkaForTests.withTopics(Map.of());
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @AfterEach
    void stop() {
        zoho.close();
    }

    private record Result(int code, String out, String err) {}

    @Test
    void a_dry_run_says_how_much_there_is_and_imports_nothing() throws Exception {
        fill("Deals", 1_234);

        Result result = run("--dry-run", "--module", "Deals", "--module", "Calls");

        assertThat(result.code()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(result.out().lines())
                .containsExactly(
                        "Deals: 1,234 records, about 8 API credits",
                        "Calls: 0 records, about 2 API credits",
                        "To import: about 1,234 records, about 10 API credits, 12 s at 100 events/s",
                        "The memory-sink, if it has Zoho credentials, reads the records again:"
                                + " 25 to 1,234 more API credits");
        assertThat(zoho.calls("records")).isZero();
        assertThat(imported("Deals")).isEmpty();
    }

    @Test
    void a_module_that_cannot_be_counted_is_named_and_imported() throws Exception {
        zoho.searchScope(false);
        fill("Events", 3);

        Result result = runFast("--module", "Events");

        assertThat(result.code()).isZero();
        assertThat(result.out())
                .contains("Events: cannot be counted: the refresh token lacks the scope ZohoSearch.securesearch.READ")
                .contains("and those of the modules that cannot be counted")
                .contains("Events: imported, 3 events");
        assertThat(imported("Events")).hasSize(3);
    }

    @Test
    void a_module_that_zoho_refuses_is_named_and_holds_up_no_other() throws Exception {
        zoho.notesForAdministrators(true);
        fill("Tasks", 3);

        Result result = runFast("--module", "Notes", "--module", "Tasks");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out())
                .contains("Notes: cannot be counted: NOT_SUPPORTED: the given module is not supported for count");
        assertThat(result.err()).contains("Notes: Zoho's modified failed: NOT_SUPPORTED");
        assertThat(imported("Tasks")).hasSize(3);
    }

    @Test
    void after_kill_9_the_same_command_continues_a_finished_module_is_skipped_and_restart_begins_again()
            throws Exception {
        fill("Contacts", RECORDS);
        zoho.latency(Duration.ofMillis(50));
        Path log = directory.resolve("import.log");
        List<String> arguments = new ArrayList<>(List.of("import", "--module", "Contacts"));
        arguments.addAll(NO_LIMITS);
        try (ServiceProcess killed = ServiceProcess.start(SubscriptionsMain.class, arguments, variables(), log)) {
            await().atMost(LIMIT).until(() -> {
                assertThat(killed.isAlive()).as(Files.readString(log)).isTrue();
                return zoho.calls("records") >= 8;
            });
            killed.kill();
        }
        zoho.latency(Duration.ZERO);
        int callsBefore = zoho.calls("records");

        Result second = runFast("--module", "Contacts");

        assertThat(second.code()).as(second.err()).isZero();
        assertThat(second.out()).contains("continues after ", "Contacts: imported");
        List<WebhookEvent> events = imported("Contacts");
        assertThat(events.stream().map(WebhookEvent::identity).distinct()).hasSize(RECORDS);
        assertThat(events.stream().map(WebhookEvent::recordId).distinct()).hasSize(RECORDS);
        assertThat(zoho.calls("records")).as("calls before: %d", callsBefore).isGreaterThan(callsBefore);

        assertThat(runFast("--module", "Contacts").out()).contains("Contacts: finished at ", "skipped");
        assertThat(imported("Contacts")).hasSameSizeAs(events);

        Result third = runFast("--module", "Contacts", "--restart");
        assertThat(third.code()).isZero();
        System.out.println(second.out() + third.out());
        assertThat(imported("Contacts")).hasSize(events.size() + RECORDS);
    }

    @Test
    void a_module_that_the_pipeline_does_not_take_is_wrong_use() {
        Result result = run("--module", "Machines");

        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("Machines is none of the modules to import");
    }

    private List<WebhookEvent> imported(String module) throws Exception {
        List<WebhookEvent> events = new ArrayList<>();
        try (TopicReader reader = new TopicReader(kafka.bootstrapServers(), Topics.WEBHOOKS)) {
            for (var message : reader.toEnd(LIMIT)) {
                events.add(EventCodec.fromBytes(message.value()));
            }
        }
        events.removeIf(event -> !event.module().equals(module));
        assertThat(events).allMatch(event -> event.source() == EventSource.IMPORT);
        return events;
    }

    private Result runFast(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(NO_LIMITS);
        return run(all.toArray(String[]::new));
    }

    private Result run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of("import"));
        all.addAll(Arrays.asList(arguments));
        int code = SubscriptionsCommand.commandLine(new Environment(variables()), Clock.systemUTC())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
        return new Result(code, out.toString(), err.toString());
    }

    private void fill(String module, int count) {
        List<ObjectNode> records = IntStream.range(0, count)
                .mapToObj(i -> Json.MAPPER.createObjectNode().put("id", String.valueOf(10_000 + i)))
                .toList();
        zoho.putAll(module, records);
    }

    private Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>(zoho.variables());
        variables.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        variables.put("ZOHO_RATE_LIMIT", "1000");
        return variables;
    }
}
