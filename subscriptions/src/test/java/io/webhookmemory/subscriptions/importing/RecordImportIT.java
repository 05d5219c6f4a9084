package io.webhookmemory.subscriptions.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.MutableClock;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.api.ZohoClient;
import io.webhookmemory.zoho.api.ZohoException;
import io.webhookmemory.zoho.api.ZohoSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The import over HTTP against the double, by a clock of ours: what waits lets it advance. */
class RecordImportIT {
    private static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

    private final MutableClock clock = new MutableClock(START);
    private final ZohoDouble zoho = ZohoDouble.start(0, clock);
    private final ZohoClient client = client();
    private final List<WebhookEvent> published = new ArrayList<>();
    private final Map<String, ModulePosition> kept = new HashMap<>();
    private final List<String> waits = new ArrayList<>();
    private final Deque<Long> backlog = new ArrayDeque<>();
    private int pagesUntilCrash = Integer.MAX_VALUE;

    @AfterEach
    void stop() {
        zoho.close();
    }

    @Test
    void records_become_creations_and_changes_of_source_import_at_the_time_of_their_last_change() {
        zoho.put("Deals", record("1").put("Stage", "Open"));
        zoho.put("Deals", record("2").put("Description", "x".repeat(600)));
        clock.advance(Duration.ofDays(1));
        zoho.put("Deals", record("1").put("Stage", "Won"));

        ModulePosition end = run("Deals");

        assertThat(published)
                .extracting(event -> event.recordId() + " " + event.eventType() + " " + event.timestamp())
                .containsExactly("2 CREATE " + START, "1 UPDATE " + START.plus(Duration.ofDays(1)));
        assertThat(published).allMatch(event -> event.source() == EventSource.IMPORT && event.identity() != null);
        assertThat(published.get(0).recordData().has("Description"))
                .as("a text that the list may have cut")
                .isFalse();
        assertThat(end).isEqualTo(kept.get("Deals"));
        assertThat(end.finished()).contains(clock.instant());
        assertThat(end.records()).isEqualTo(2);
    }

    @Test
    void an_interrupted_import_continues_after_the_last_page_that_kafka_acknowledged() {
        fill("Contacts", 2_000);
        pagesUntilCrash = 4;
        assertThatThrownBy(() -> run("Contacts")).hasMessage("killed");
        int before = published.size();
        int calls = zoho.calls("records");
        pagesUntilCrash = Integer.MAX_VALUE;

        run("Contacts");

        assertThat(published).extracting(WebhookEvent::recordId).containsAll(zoho.ids("Contacts"));
        assertThat(published.stream().map(WebhookEvent::identity).distinct()).hasSize(2_000);
        assertThat(published.size() - 2_000)
                .as("published twice: a page, and two seconds")
                .isLessThanOrEqualTo(220);
        assertThat(zoho.calls("records") - calls)
                .as("pages of the second run; the first read %d records", before)
                .isLessThan(9);
    }

    @Test
    void an_import_waits_until_credits_come_back_and_goes_on() {
        fill("Contacts", 2_000);
        zoho.dailyCredits(zoho.creditsSpent() + 5);

        ModulePosition end = run("Contacts");

        assertThat(Duration.between(START, clock.instant())).isGreaterThan(Duration.ofHours(23));
        assertThat(published.stream().map(WebhookEvent::recordId).distinct()).hasSize(2_000);
        assertThat(end.finished()).isPresent();
        assertThat(waits).anyMatch(wait -> wait.contains("credits") && wait.contains("PT23H"));
    }

    @Test
    void an_outage_of_minutes_is_waited_out_and_a_longer_one_ends_the_import() {
        fill("Contacts", 300);
        zoho.failNext(20, 503, "INTERNAL_ERROR", "away");
        assertThat(run("Contacts").finished()).isPresent();

        zoho.unavailable(true);
        Instant begin = clock.instant();
        assertThatThrownBy(() -> run("Deals")).isInstanceOf(ZohoException.class);
        assertThat(Duration.between(begin, clock.instant())).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(11));
    }

    @Test
    void a_module_that_zoho_refuses_is_not_tried_again() {
        zoho.notesForAdministrators(true);

        assertThatThrownBy(() -> run("Notes")).hasMessageContaining("NOT_SUPPORTED");
        assertThat(zoho.calls("records")).isEqualTo(1);
        assertThat(waits).isEmpty();
    }

    @Test
    void events_keep_to_the_rate() {
        zoho.putAll("Contacts", records(1_000));
        Instant begin = clock.instant();

        run("Contacts");

        assertThat(Duration.between(begin, clock.instant())).isBetween(Duration.ofSeconds(7), Duration.ofSeconds(10));
    }

    @Test
    void nothing_is_published_while_the_pipeline_has_a_backlog() {
        fill("Contacts", 10);
        backlog.addAll(List.of(501L, 700L, 501L, 500L));

        run("Contacts");

        assertThat(published).hasSize(10);
        assertThat(waits).hasSize(3).allMatch(wait -> wait.contains("events before it"));
    }

    @Test
    void a_position_is_read_as_it_was_written_and_anything_else_is_none() {
        ModulePosition position = ModulePosition.BEGINNING.after(START, 200);

        assertThat(ModulePosition.fromJson(position.toJson())).contains(position);
        assertThat(ModulePosition.fromJson(position.finishedAt(START).toJson())).contains(position.finishedAt(START));
        assertThat(ModulePosition.fromJson("")).isEmpty();
        assertThat(ModulePosition.fromJson("{\"reached\":\"yesterday\"}")).isEmpty();
    }

    private ModulePosition run(String module) {
        RecordImport records = new RecordImport(
                client,
                this::publish,
                positions(),
                () -> backlog.isEmpty() ? 0 : backlog.remove(),
                new RecordImport.Limits(100, 500),
                clock,
                clock::advance,
                observer());
        return records.run(module, kept.getOrDefault(module, ModulePosition.BEGINNING));
    }

    private CompletableFuture<Void> publish(List<WebhookEvent> events) {
        published.addAll(events);
        pagesUntilCrash--;
        if (pagesUntilCrash <= 0) {
            throw new IllegalStateException("killed");
        }
        return CompletableFuture.completedFuture(null);
    }

    private Positions positions() {
        return new Positions() {
            @Override
            public Optional<ModulePosition> of(String module) {
                return Optional.ofNullable(kept.get(module));
            }

            @Override
            public void keep(String module, ModulePosition position) {
                kept.put(module, position);
            }
        };
    }

    private ImportEvents observer() {
        return new ImportEvents() {
            @Override
            public void progress(String module, long imported) {
                assertThat(imported).isEqualTo(kept.get(module).records());
            }

            @Override
            public void waiting(String reason, Duration since) {
                waits.add(reason + " " + since);
            }
        };
    }

    /** Ten records a second. */
    private void fill(String module, int count) {
        List<ObjectNode> records = records(count);
        for (int i = 0; i < count; i += 10) {
            zoho.putAll(module, records.subList(i, i + 10));
            clock.advance(Duration.ofSeconds(1));
        }
    }

    private static List<ObjectNode> records(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> record(String.valueOf(10_000 + i)))
                .toList();
    }

    private static ObjectNode record(String id) {
        return Json.MAPPER.createObjectNode().put("id", id);
    }

    private ZohoClient client() {
        Map<String, String> variables = new HashMap<>(zoho.variables());
        variables.put("ZOHO_RATE_LIMIT", "1000");
        SettingsReader reader = new SettingsReader(new Environment(variables));
        return ZohoClient.create(ZohoSettings.from(reader).orElseThrow(), new SimpleMeterRegistry(), clock);
    }
}
