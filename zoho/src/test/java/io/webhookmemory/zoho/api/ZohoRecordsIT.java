package io.webhookmemory.zoho.api;

import static io.webhookmemory.zoho.api.ZohoFixture.record;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What reading records gives. */
class ZohoRecordsIT {
    private final ZohoFixture zoho = new ZohoFixture();
    private final ZohoRecords records = zoho.client().records();

    @AfterEach
    void stop() {
        zoho.close();
    }

    @Test
    void a_record_is_read_with_all_its_fields_and_its_numbers_as_written() {
        ObjectNode deal = record("5725767000003000064", "Deal_Name", "Grüße & 100 %");
        deal.put("Amount", new BigDecimal("100.10"));
        deal.putArray("Lines").addObject().put("id", "1");
        zoho.server.put("Deals", deal);

        ObjectNode read = found(records.read("Deals", "5725767000003000064"));

        assertThat(read.path("Deal_Name").asText()).isEqualTo("Grüße & 100 %");
        assertThat(read.path("Amount").decimalValue()).isEqualTo(new BigDecimal("100.10"));
        assertThat(read.path("Lines").size()).isEqualTo(1);
    }

    @Test
    void a_hundred_and_twenty_records_cost_three_calls_and_one_for_the_names_of_fields() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            String id = String.valueOf(5725767000000000000L + i);
            ids.add(id);
            zoho.server.put("Contacts", record(id, "Last_Name", "Name " + i));
        }

        Map<String, Lookup> read = records.readAll("Contacts", ids);

        assertThat(read.keySet()).containsExactlyElementsOf(ids);
        assertThat(read.values())
                .allSatisfy(
                        one -> assertThat(found(one).path("Last_Name").asText()).startsWith("Name"));
        assertThat(zoho.server.calls("records")).isEqualTo(3);
        assertThat(zoho.server.apiCalls()).isEqualTo(4);
    }

    @Test
    void records_with_subforms_are_read_whole_however_many_are_asked_for() {
        for (String id : List.of("1", "2", "3")) {
            ObjectNode quote = record(id, "Subject", "Quote " + id);
            quote.putArray("Quoted_Items")
                    .addObject()
                    .put("id", "9" + id)
                    .put("Quantity", 40)
                    .put("List_Price", 12);
            zoho.server.put("Quotes", quote);
        }

        Map<String, Lookup> read = records.readAll("Quotes", List.of("1", "2", "3"));

        assertThat(read.values())
                .allSatisfy(one -> assertThat(found(one)
                                .path("Quoted_Items")
                                .path(0)
                                .path("Quantity")
                                .asInt())
                        .isEqualTo(40));
    }

    @Test
    void ids_that_are_not_there_or_are_none_are_missing_and_spoil_nothing() {
        zoho.server.put("Contacts", record("1", "Last_Name", "Doe"));
        zoho.server.put("Contacts", record("2", "Last_Name", "Roe"));
        zoho.server.delete("Contacts", "2");

        Map<String, Lookup> read = records.readAll("Contacts", List.of("1", "2", "3", "../x", "1"));

        assertThat(read.keySet()).containsExactly("1", "2", "3", "../x");
        assertThat(read.get("1")).isInstanceOf(Lookup.Found.class);
        assertThat(List.of(read.get("2"), read.get("3"), read.get("../x"))).containsOnly(new Lookup.Missing());
        assertThat(records.read("Contacts", "2")).isEqualTo(new Lookup.Missing());
        assertThat(records.read("Contacts", "../x")).isEqualTo(new Lookup.Missing());
    }

    @Test
    void a_text_that_a_list_would_cut_is_read_whole() {
        String text = "x".repeat(20_000);
        zoho.server.put("Notes", record("1", "Note_Content", text));
        zoho.server.put("Notes", record("2", "Note_Content", "short"));

        Map<String, Lookup> read = records.readAll("Notes", List.of("1", "2"));

        assertThat(found(read.get("1")).path("Note_Content").asText()).isEqualTo(text);
        assertThat(found(read.get("2")).path("Note_Content").asText()).isEqualTo("short");
        assertThat(zoho.server.calls("record")).isEqualTo(1);
    }

    @Test
    void notes_that_may_not_be_listed_are_read_one_by_one() {
        zoho.server.notesForAdministrators(true);
        zoho.server.put("Notes", record("1", "Note_Content", "one"));
        zoho.server.put("Notes", record("2", "Note_Content", "two"));

        Map<String, Lookup> read = records.readAll("Notes", List.of("1", "2"));

        assertThat(found(read.get("2")).path("Note_Content").asText()).isEqualTo("two");
    }

    @Test
    void more_fields_than_one_call_gives_are_put_together_from_several() {
        for (String id : List.of("1", "2")) {
            ObjectNode wide = record(id);
            IntStream.range(0, 120).forEach(i -> wide.put("Field_" + i, id + "/" + i));
            zoho.server.put("Accounts", wide);
        }

        Map<String, Lookup> read = records.readAll("Accounts", List.of("1", "2"));

        assertThat(found(read.get("2")).size()).as("with id and both times").isEqualTo(123);
        assertThat(found(read.get("2")).path("Field_119").asText()).isEqualTo("2/119");
        assertThat(zoho.server.calls("records")).isEqualTo(3);
    }

    @Test
    void the_module_of_a_task_s_parent_comes_with_the_list() {
        for (String id : List.of("1", "2")) {
            ObjectNode task = record(id, "Subject", "Call back", "$se_module", "Deals");
            task.set("What_Id", Json.MAPPER.createObjectNode().put("id", "7").put("name", "Big deal"));
            zoho.server.put("Tasks", task);
        }

        Map<String, Lookup> read = records.readAll("Tasks", List.of("1", "2"));

        assertThat(found(read.get("1")).path("$se_module").asText()).isEqualTo("Deals");
        assertThat(zoho.server.calls("record")).isZero();
    }

    @Test
    void a_list_refused_for_one_record_s_sake_leaves_the_others_readable() {
        zoho.server.put("Contacts", record("1", "Last_Name", "Doe"));
        zoho.server.put("Contacts", record("2", "Last_Name", "Roe"));
        records.readAll("Contacts", List.of("1", "2"));
        zoho.server.failNext(2, 403, "NO_PERMISSION", "permission denied");

        Map<String, Lookup> read = records.readAll("Contacts", List.of("1", "2"));

        assertThat(read.get("1"))
                .isEqualTo(new Lookup.Refused(new ZohoFailure.Permanent("NO_PERMISSION", "permission denied")));
        assertThat(read.get("2")).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void where_the_names_of_fields_are_refused_records_are_read_one_by_one() {
        zoho.server.put("Contacts", record("1", "Last_Name", "Doe"));
        zoho.server.put("Contacts", record("2", "Last_Name", "Roe"));
        zoho.server.failNext(1, 403, "NO_PERMISSION", "permission denied");

        Map<String, Lookup> read = records.readAll("Contacts", List.of("1", "2"));

        assertThat(found(read.get("1")).path("Last_Name").asText()).isEqualTo("Doe");
        assertThat(found(read.get("2")).path("Last_Name").asText()).isEqualTo("Roe");
    }

    @Test
    void activities_are_read_as_the_tasks_events_and_calls_that_zoho_keeps() {
        zoho.server.put("Tasks", record("1", "Subject", "Call back"));
        zoho.server.put("Events", record("2", "Event_Title", "Visit"));
        zoho.server.put("Calls", record("3", "Subject", "Called"));

        Map<String, Lookup> read = records.readAll("Activities", List.of("1", "2", "3", "4"));

        assertThat(read.keySet()).containsExactly("1", "2", "3", "4");
        assertThat(read.values().stream()
                        .limit(3)
                        .map(found -> ((Lookup.Found) found).module())
                        .toList())
                .containsExactly("Tasks", "Events", "Calls");
        assertThat(read.get("4")).isEqualTo(new Lookup.Missing());
    }

    private static ObjectNode found(Lookup lookup) {
        assertThat(lookup).isInstanceOf(Lookup.Found.class);
        return ((Lookup.Found) lookup).record();
    }
}
