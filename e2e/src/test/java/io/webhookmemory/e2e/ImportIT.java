package io.webhookmemory.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.quickstart.LocalPipeline;
import io.webhookmemory.subscriptions.SubscriptionsMain;
import io.webhookmemory.testkit.MutableClock;
import io.webhookmemory.testkit.ServiceProcess;
import io.webhookmemory.testkit.TopicReader;
import io.webhookmemory.testkit.cognee.CogneeDouble;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The first import through the whole pipeline, killed in its midst. Prints its figures; {@code -Dimport.records=50000}
 * makes it a measurement.
 */
class ImportIT {
    private static final int RECORDS = Integer.getInteger("import.records", 1_000);
    private static final int RECORDS_PER_ACCOUNT = 50;
    /** Records of one call of Zoho's API. */
    private static final int PAGE = 200;

    private static final Duration LIMIT = Duration.ofMinutes(30);

    @TempDir
    private Path directory;

    @Test
    void after_kill_9_in_the_midst_of_an_import_every_record_is_in_memory_once() throws Exception {
        // A month ago: the first sweep of the subscriptions service must not find the records.
        MutableClock clock = new MutableClock(Instant.now().minus(Duration.ofDays(30)));
        try (ZohoDouble zoho = ZohoDouble.start(0, clock)) {
            fill(zoho, clock);
            clock.advance(Duration.between(clock.instant(), Instant.now()));
            try (LocalPipeline pipeline = LocalPipeline.start(variables(zoho))) {
                CogneeDouble cognee = pipeline.cognee().orElseThrow();
                int creditsBefore = zoho.creditsSpent();
                Instant begin = Instant.now();

                // So slow that it is not finished when it is killed.
                try (ServiceProcess first = startImport(pipeline, zoho, RECORDS / 50)) {
                    awaitDocuments(cognee, RECORDS / 4);
                    assertThat(first.isAlive()).as(log()).isTrue();
                    first.kill();
                }
                Duration untilKilled = Duration.between(begin, Instant.now());
                try (ServiceProcess second = startImport(pipeline, zoho, 100_000)) {
                    assertThat(second.exitCode(LIMIT)).as(log()).isZero();
                }
                awaitDocuments(cognee, RECORDS);
                Duration whole = Duration.between(begin, Instant.now());

                assertThat(cognee.documents().stream()
                                .map(CogneeDouble.Document::name)
                                .distinct())
                        .hasSize(RECORDS);
                assertThat(cognee.documents()).hasSize(RECORDS);
                int repeated = imported(pipeline, Topics.WEBHOOKS).size() - RECORDS;
                // The page under way, and those changed within two seconds of the position.
                assertThat(repeated).isBetween(0, 2 * PAGE);
                // After deduplication.
                List<WebhookEvent> routed = imported(pipeline, "zoho.accounts", "zoho.contacts");
                assertThat(routed).hasSize(RECORDS);
                assertThat(routed.stream().map(WebhookEvent::recordId).distinct())
                        .hasSize(RECORDS);
                assertThat(log()).contains("continues after ", "Contacts: imported");
                System.out.printf(
                        "%,d records in memory in %d s (%,d/s), killed after %d s; %,d events repeated; %,d API credits of"
                                + " the import and the memory-sink%n%s%n",
                        RECORDS,
                        whole.toSeconds(),
                        RECORDS * 1000L / whole.toMillis(),
                        untilKilled.toSeconds(),
                        repeated,
                        zoho.creditsSpent() - creditsBefore,
                        log());
            }
        }
    }

    /** The import's events, without what the memory-sink asks for itself. */
    private static List<WebhookEvent> imported(LocalPipeline pipeline, String... topics) throws Exception {
        List<WebhookEvent> events = new ArrayList<>();
        try (TopicReader reader = new TopicReader(pipeline.bootstrapServers(), topics)) {
            for (var message : reader.toEnd(Duration.ofMinutes(2))) {
                events.add(EventCodec.fromBytes(message.value()));
            }
        }
        events.removeIf(event -> event.source() != EventSource.IMPORT
                || !List.of("create", "update").contains(event.eventType().wireName()));
        return events;
    }

    private static void awaitDocuments(CogneeDouble cognee, int count) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> cognee.documents().size() >= count);
    }

    private ServiceProcess startImport(LocalPipeline pipeline, ZohoDouble zoho, int rate) {
        Map<String, String> environment = new HashMap<>(variables(zoho));
        environment.put("KAFKA_BOOTSTRAP_SERVERS", pipeline.bootstrapServers());
        return ServiceProcess.start(
                SubscriptionsMain.class,
                List.of("import", "--module", "Accounts", "--module", "Contacts", "--rate", String.valueOf(rate)),
                environment,
                directory.resolve("import.log"));
    }

    private String log() throws Exception {
        return Files.readString(directory.resolve("import.log"));
    }

    private static void fill(ZohoDouble zoho, MutableClock clock) {
        int accounts = RECORDS / RECORDS_PER_ACCOUNT;
        for (int i = 0; i < RECORDS; i++) {
            ObjectNode record = Json.MAPPER.createObjectNode().put("id", String.valueOf(1_000_000 + i));
            if (i < accounts) {
                zoho.put("Accounts", record.put("Account_Name", "Account number " + i));
            } else {
                record.put("Last_Name", "Contact number " + i).put("Email", "contact-" + i + "@example.com");
                record.putObject("Account_Name").put("id", String.valueOf(1_000_000 + i % accounts));
                zoho.put("Contacts", record);
            }
            if (i % 20 == 0) {
                clock.advance(Duration.ofSeconds(1));
            }
        }
    }

    private static Map<String, String> variables(ZohoDouble zoho) {
        Map<String, String> variables = new HashMap<>(zoho.variables());
        variables.put("WEBHOOK_BASE_URL", "http://localhost:1");
        variables.put("ZOHO_RATE_LIMIT", "1000");
        return variables;
    }
}
