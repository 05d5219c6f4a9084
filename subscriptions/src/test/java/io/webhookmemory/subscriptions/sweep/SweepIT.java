package io.webhookmemory.subscriptions.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.service.config.Environment;
import io.webhookmemory.service.config.SettingsReader;
import io.webhookmemory.testkit.MutableClock;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.api.ZohoClient;
import io.webhookmemory.zoho.api.ZohoSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a sweep finds, over HTTP against the double, by a clock of ours. */
class SweepIT {
    private static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

    private final MutableClock clock = new MutableClock(START);
    private final ZohoDouble zoho = ZohoDouble.start(0, clock);
    private final List<WebhookEvent> published = new ArrayList<>();
    private final Sweep sweep = new Sweep(client(), this::publish, clock);

    @AfterEach
    void stop() {
        zoho.close();
    }

    @Test
    void created_changed_and_deleted_records_and_notes_become_events() {
        zoho.put("Deals", record("1", "Stage", "Open"));
        zoho.put("Deals", record("2", "Stage", "Open"));
        zoho.put("Deals", record("3", "Stage", "Open"));
        clock.advance(Duration.ofHours(1));
        Map<String, Instant> positions = Map.of("Deals", clock.instant(), "Notes", clock.instant());
        clock.advance(Duration.ofMinutes(1));
        zoho.put("Deals", record("1", "Stage", "Won"));
        zoho.delete("Deals", "2");
        zoho.put("Notes", record("9", "Note_Content", "text"));
        Instant changed = clock.instant();

        Sweep.Result result = sweep.run(positions);

        assertThat(result.troubles()).isEmpty();
        assertThat(result.positions()).containsEntry("Deals", changed).containsEntry("Notes", changed);
        assertThat(result.events()).containsEntry("Deals", 2).containsEntry("Notes", 1);
        assertThat(published)
                .extracting(event -> event.module() + "/" + event.recordId() + " " + event.eventType())
                .containsExactlyInAnyOrder("Deals/1 UPDATE", "Deals/2 DELETE", "Notes/9 CREATE");
        assertThat(published).allSatisfy(event -> {
            boolean deleted = event.eventType() == EventType.DELETE;
            assertThat(event.timestamp()).isEqualTo(deleted ? changed.plusMillis(999) : changed);
            assertThat(event.source()).isEqualTo(EventSource.SWEEP);
        });
        assertThat(published)
                .filteredOn(event -> event.recordId().equals("1"))
                .extracting(event -> event.recordData().path("Stage").asText())
                .containsExactly("Won");
    }

    @Test
    void the_same_change_read_twice_is_a_duplicate_and_a_later_change_is_not() {
        zoho.put("Deals", record("1", "Stage", "Open"));
        Sweep.Result first = sweep.run(Map.of("Deals", START));
        sweep.run(first.positions());
        clock.advance(Duration.ofSeconds(1));
        zoho.put("Deals", record("1", "Stage", "Won"));
        sweep.run(first.positions());

        assertThat(published)
                .extracting(WebhookEvent::eventType)
                .containsExactly(EventType.CREATE, EventType.CREATE, EventType.UPDATE);
        assertThat(published.get(1).eventId()).isEqualTo(published.get(0).eventId());
        assertThat(published.get(2).eventId()).isNotEqualTo(published.get(0).eventId());
    }

    @Test
    void a_text_that_a_list_may_have_cut_overwrites_nothing() {
        zoho.put("Notes", record("1", "Note_Content", "x".repeat(600)));

        sweep.run(Map.of("Notes", START));

        assertThat(published.get(0).recordData().has("Note_Content")).isFalse();
    }

    @Test
    void notes_that_may_not_be_listed_keep_their_position_and_hinder_nothing_else() {
        zoho.notesForAdministrators(true);
        zoho.put("Tasks", record("1"));
        clock.advance(Duration.ofMinutes(1));

        Sweep.Result result = sweep.run(Map.of("Notes", START, "Tasks", START));

        assertThat(result.positions()).containsEntry("Notes", START).containsEntry("Tasks", clock.instant());
        assertThat(result.troubles()).singleElement().asString().contains("Notes", "NOT_SUPPORTED");
    }

    @Test
    void nothing_changed_costs_two_credits_a_module() {
        sweep.run(Map.of("Deals", START, "Tasks", START));
        int before = zoho.apiCalls();

        sweep.run(Map.of("Deals", START, "Tasks", START));

        assertThat(zoho.apiCalls() - before).isEqualTo(4);
    }

    @Test
    void a_converted_lead_becomes_a_deletion_though_zoho_does_not_list_it_as_deleted() {
        zoho.put("Leads", record("1", "Last_Name", "Reuter"));
        clock.advance(Duration.ofHours(1));
        Instant before = clock.instant();
        zoho.convert("1", "update");

        sweep.run(Map.of("Leads", before));

        assertThat(published).singleElement().satisfies(event -> {
            assertThat(event.eventType()).isEqualTo(EventType.DELETE);
            assertThat(event.recordId()).isEqualTo("1");
        });
    }

    @Test
    void a_row_whose_time_of_change_cannot_be_read_shows_the_state_as_of_the_reading() {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        ObjectNode row =
                record("1", "Stage", "Won", "Modified_Time", "02/03/2026 10:15 AM", "Created_Time", "yesterday");

        WebhookEvent event = ChangeEvents.changed(
                EventSource.SWEEP, "Deals", row, client(metrics).times(), START);

        assertThat(event.timestamp()).isEqualTo(START);
        assertThat(event.eventType()).isEqualTo(EventType.UPDATE);
        assertThat(metrics.get("zoho.time.unreadable").counter().count()).isEqualTo(1);
    }

    /** Changes at random, Zoho and the service away now and then: in the end the newest of every record was read. */
    @Test
    void through_a_month_of_outages_no_record_s_last_change_is_left_out() {
        Random random = new Random(11);
        Map<String, Instant> positions = Map.of("Deals", START, "Contacts", START, "Notes", START);
        List<String> modules = List.copyOf(positions.keySet());
        Instant zohoIsBack = START;
        Instant serviceIsBack = START;
        Set<String> lastChanges = new HashSet<>();
        Map<String, String> lastChange = new HashMap<>();
        for (int step = 0; step < 30 * 8; step++) {
            for (int i = 0; i < 12; i++) {
                clock.advance(Duration.ofMinutes(15));
                String module = modules.get(random.nextInt(3));
                String id = String.valueOf(1000 + random.nextInt(300));
                boolean delete =
                        random.nextInt(4) == 0 && zoho.record(module, id).isPresent();
                if (delete) {
                    zoho.delete(module, id);
                } else {
                    zoho.put(module, record(id, "Value", String.valueOf(random.nextInt())));
                }
                lastChange.put(module + "/" + id, clock.instant() + (delete ? " gone" : ""));
            }
            zohoIsBack = random.nextInt(20) == 0 ? clock.instant().plus(Duration.ofHours(12)) : zohoIsBack;
            serviceIsBack = random.nextInt(40) == 0 ? clock.instant().plus(Duration.ofDays(2)) : serviceIsBack;
            zoho.unavailable(clock.instant().isBefore(zohoIsBack));
            if (!clock.instant().isBefore(serviceIsBack)) {
                positions = sweep.run(positions).positions();
            }
        }
        zoho.unavailable(false);
        sweep.run(positions);

        published.forEach(event -> lastChanges.add(event.module() + "/" + event.recordId() + " "
                + event.timestamp().truncatedTo(ChronoUnit.SECONDS)
                + (event.eventType() == EventType.DELETE ? " gone" : "")));
        assertThat(lastChange)
                .hasSizeGreaterThan(800)
                .allSatisfy((record, change) -> assertThat(lastChanges).contains(record + " " + change));
        assertThat(zoho.apiCalls() / 30)
                .as("calls a day, three modules every three hours")
                .isLessThan(60);
    }

    private CompletableFuture<Void> publish(List<WebhookEvent> events) {
        published.addAll(events);
        return CompletableFuture.completedFuture(null);
    }

    private static ObjectNode record(String id, String... namesAndValues) {
        ObjectNode record = Json.MAPPER.createObjectNode().put("id", id);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            record.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return record;
    }

    private ZohoClient client() {
        return client(new SimpleMeterRegistry());
    }

    private ZohoClient client(SimpleMeterRegistry metrics) {
        Map<String, String> variables = new HashMap<>(zoho.variables());
        variables.put("ZOHO_RATE_LIMIT", "1000");
        SettingsReader reader = new SettingsReader(new Environment(variables));
        return ZohoClient.create(ZohoSettings.from(reader).orElseThrow(), metrics, clock);
    }
}
