package io.webhookmemory.zoho.api;

import static io.webhookmemory.zoho.api.ZohoFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the reading of changes gives, and what it costs. */
class ZohoChangesIT {
    private final ZohoFixture zoho = new ZohoFixture();
    private final ZohoChanges changes = zoho.client().changes();
    private final Instant start = zoho.clock.instant();

    @AfterEach
    void stop() {
        zoho.close();
    }

    @Test
    void nothing_changed_costs_one_credit() {
        zoho.server.put("Deals", record("1"));
        zoho.clock.advance(Duration.ofMinutes(1));

        assertThat(modifiedSince("Deals", zoho.clock.instant())).isEmpty();
        assertThat(changes.deletedSince("Deals", start)).isEmpty();
        assertThat(zoho.server.creditsSpent()).isEqualTo(2);
    }

    @Test
    void what_changed_in_the_very_second_is_there_and_what_changed_before_is_not() {
        zoho.server.put("Deals", record("1"));
        zoho.clock.advance(Duration.ofMinutes(1));
        Instant since = zoho.clock.instant();
        zoho.server.put("Deals", record("2", "Deal_Name", "Big deal"));

        List<ObjectNode> rows = modifiedSince("Deals", since);

        assertThat(rows).singleElement().satisfies(row -> {
            assertThat(row.path("id").asText()).isEqualTo("2");
            assertThat(row.path("Deal_Name").asText()).isEqualTo("Big deal");
            assertThat(row.has("Modified_Time")).isTrue();
        });
    }

    @Test
    void many_changes_come_in_order_each_once_two_hundred_a_credit() {
        for (int i = 0; i < 1000; i++) {
            zoho.server.put("Contacts", record(String.valueOf(1000 + i)));
            zoho.clock.advance(Duration.ofSeconds(1));
        }

        assertThat(idsModifiedSince("Contacts", start))
                .containsExactlyElementsOf(
                        IntStream.range(1000, 2000).mapToObj(String::valueOf).toList());
        assertThat(zoho.server.creditsSpent()).isLessThanOrEqualTo(6);
    }

    @Test
    void more_changes_in_one_second_than_pages_can_be_numbered_are_all_found() {
        List<ObjectNode> imported = IntStream.range(10_000, 12_500)
                .mapToObj(i -> record(String.valueOf(i)))
                .toList();
        zoho.server.putAll("Contacts", imported);
        zoho.clock.advance(Duration.ofSeconds(5));
        zoho.server.put("Contacts", record("99999"));

        assertThat(idsModifiedSince("Contacts", start)).hasSize(2501).doesNotHaveDuplicates();
    }

    @Test
    void a_record_that_changes_while_pages_are_read_hides_no_other() {
        for (int i = 0; i < 500; i++) {
            zoho.server.put("Contacts", record(String.valueOf(1000 + i)));
            zoho.clock.advance(Duration.ofSeconds(1));
        }
        List<String> ids = new ArrayList<>();

        changes.modifiedSince("Contacts", start, List.of("id"), page -> {
            ids.addAll(ids(page));
            if (ids.size() <= 200) {
                IntStream.range(1000, 1050)
                        .forEach(i -> zoho.server.put("Contacts", record(String.valueOf(i), "Last_Name", "New")));
            }
        });

        assertThat(Set.copyOf(ids)).hasSize(500);
        assertThat(ids).as("those that changed come again").hasSize(550);
    }

    @Test
    void deleted_records_are_recognised_however_they_were_deleted() {
        for (String id : List.of("1", "2", "3", "4")) {
            zoho.server.put("Deals", record(id));
        }
        zoho.server.delete("Deals", "1");
        zoho.clock.advance(Duration.ofMinutes(1));
        Instant since = zoho.clock.instant();
        zoho.server.delete("Deals", "2");
        zoho.server.deletePermanently("Deals", "3");

        assertThat(changes.deletedSince("Deals", since))
                .containsExactlyInAnyOrder(new DeletedRecord("2", since, false), new DeletedRecord("3", since, true));
        zoho.server.restore("Deals", "2");
        assertThat(changes.deletedSince("Deals", since))
                .extracting(DeletedRecord::id)
                .containsExactly("3");
    }

    @Test
    void deletions_of_activities_are_those_of_tasks_events_and_calls() {
        List<String> modules = List.of("Tasks", "Events", "Calls");
        modules.forEach(module -> {
            zoho.server.put(module, record("1" + modules.indexOf(module)));
            zoho.server.delete(module, "1" + modules.indexOf(module));
        });

        assertThat(changes.deletedSince("Activities", start))
                .extracting(DeletedRecord::id)
                .containsExactly("10", "11", "12");
    }

    @Test
    void a_converted_lead_counts_as_deleted() {
        zoho.server.put("Leads", record("1"));
        zoho.server.put("Leads", record("2"));
        zoho.server.put("Leads", record("3"));
        zoho.clock.advance(Duration.ofMinutes(1));
        Instant since = zoho.clock.instant();
        zoho.server.convert("1", "update");
        zoho.server.delete("Leads", "2");

        assertThat(changes.deletedSince("Leads", since))
                .containsExactlyInAnyOrder(new DeletedRecord("1", since, true), new DeletedRecord("2", since, false));
    }

    @Test
    void many_deletions_come_page_by_page() {
        String[] ids = IntStream.range(1000, 3450).mapToObj(String::valueOf).toArray(String[]::new);
        zoho.server.putAll(
                "Deals",
                IntStream.range(1000, 3450)
                        .mapToObj(i -> record(String.valueOf(i)))
                        .toList());
        zoho.server.delete("Deals", ids);

        assertThat(changes.deletedSince("Deals", start)).hasSize(2450);
        assertThat(zoho.server.calls("deleted")).isEqualTo(13);
    }

    @Test
    void notes_are_read_like_the_rest_where_zoho_lets_one() {
        zoho.server.put("Notes", record("1", "Note_Content", "text"));
        assertThat(idsModifiedSince("Notes", start)).containsExactly("1");

        zoho.server.notesForAdministrators(true);

        ZohoException refusal = catchThrowableOfType(ZohoException.class, () -> modifiedSince("Notes", start));
        assertThat(refusal.failure().reason()).isEqualTo("zoho_not_supported");
    }

    private List<String> idsModifiedSince(String module, Instant since) {
        return ids(modifiedSince(module, since));
    }

    private List<ObjectNode> modifiedSince(String module, Instant since) {
        List<ObjectNode> rows = new ArrayList<>();
        changes.modifiedSince(module, since, List.of("Deal_Name", "Note_Content"), rows::addAll);
        return rows;
    }

    private static List<String> ids(List<ObjectNode> rows) {
        return rows.stream().map(row -> row.path("id").asText()).toList();
    }
}
