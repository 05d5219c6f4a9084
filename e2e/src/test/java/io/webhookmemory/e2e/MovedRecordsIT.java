package io.webhookmemory.e2e;

import static io.webhookmemory.e2e.SubscribedPipeline.LIMIT;
import static io.webhookmemory.e2e.SubscribedPipeline.linked;
import static io.webhookmemory.e2e.SubscribedPipeline.newId;
import static io.webhookmemory.e2e.SubscribedPipeline.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Changes of many records in one: a lead is converted, two accounts are merged. In which order Zoho's notifications come is
 * not documented, so each is tried with the deletion last and first. No sweep helps: none is due.
 */
class MovedRecordsIT {
    private static SubscribedPipeline pipeline;

    @BeforeAll
    static void start() {
        pipeline = SubscribedPipeline.start(Map.of("WEBHOOK_MODULES", "Leads,Accounts,Contacts,Deals,Tasks"), 5);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    /** The lead's notification is a deletion or an update: which one Zoho sends is not documented. */
    @ParameterizedTest
    @CsvSource({"false, delete", "true, delete", "false, update", "true, update"})
    void a_converted_lead_leaves_memory_and_its_task_moves_to_the_new_account(boolean leadFirst, String operation) {
        String lead = newId();
        String account = newId();
        String contact = newId();
        String task = newId();
        pipeline.zoho.put("Leads", record(lead, "Last_Name", "Reuter"));
        pipeline.zoho.put("Tasks", task(task, "Leads", lead));
        awaitPlaces(List.of(lead, task), Map.of("Leads_" + lead, "account_none", "Tasks_" + task, "account_none"));

        pipeline.zoho.together(leadFirst, () -> {
            pipeline.zoho.put("Accounts", record(account, "Account_Name", "Hollerbach Pumps"));
            pipeline.zoho.put("Contacts", ofAccount(contact, account));
            pipeline.zoho.put("Tasks", task(task, "Accounts", account));
            pipeline.zoho.convert(lead, operation);
        });

        String dataset = "account_" + account;
        awaitPlaces(
                List.of(lead, account, contact, task),
                Map.of("Accounts_" + account, dataset, "Contacts_" + contact, dataset, "Tasks_" + task, dataset));
    }

    /** The loser's contact and deal may move without notifications; the deal's task has none in any case. */
    @ParameterizedTest
    @CsvSource({"false, true", "true, true", "false, false", "true, false"})
    void the_records_of_a_merged_account_move_to_the_winner_and_none_is_lost(
            boolean deletionFirst, boolean childrenAreReported) {
        String winner = newId();
        String loser = newId();
        String contact = newId();
        String deal = newId();
        String task = newId();
        String other = newId();
        List<String> records = List.of(winner, loser, contact, deal, task, other);
        pipeline.zoho.put("Accounts", record(winner, "Account_Name", "Winner"));
        pipeline.zoho.put("Accounts", record(loser, "Account_Name", "Loser"));
        pipeline.zoho.put("Contacts", ofAccount(contact, loser));
        pipeline.zoho.put("Contacts", ofAccount(other, winner));
        pipeline.zoho.put("Deals", ofAccount(deal, loser));
        pipeline.zoho.put("Tasks", task(task, "Deals", deal));
        awaitPlaces(records, places(winner, loser, contact, deal, task, other, "account_" + loser, true));

        AtomicBoolean silent = new AtomicBoolean();
        pipeline.zoho.loseNotifications(silent::get);
        pipeline.zoho.together(deletionFirst, () -> {
            silent.set(!childrenAreReported);
            pipeline.zoho.put("Contacts", ofAccount(contact, winner));
            pipeline.zoho.put("Deals", ofAccount(deal, winner));
            silent.set(false);
            pipeline.zoho.put("Accounts", record(winner, "Phone", "+43 316 1"));
            pipeline.zoho.delete("Accounts", loser);
        });

        awaitPlaces(records, places(winner, loser, contact, deal, task, other, "account_" + winner, false));
    }

    private static Map<String, String> places(
            String winner,
            String loser,
            String contact,
            String deal,
            String task,
            String other,
            String children,
            boolean withLoser) {
        Map<String, String> places = new java.util.TreeMap<>(Map.of(
                "Accounts_" + winner, "account_" + winner,
                "Contacts_" + other, "account_" + winner,
                "Contacts_" + contact, children,
                "Deals_" + deal, children,
                "Tasks_" + task, children));
        if (withLoser) {
            places.put("Accounts_" + loser, "account_" + loser);
        }
        return places;
    }

    private static ObjectNode ofAccount(String id, String account) {
        return linked(record(id, "Description", "text"), "Account_Name", account);
    }

    private static ObjectNode task(String id, String module, String parent) {
        return linked(record(id, "Subject", "Call back").put("$se_module", module), "What_Id", parent);
    }

    private static void awaitPlaces(List<String> records, Map<String, String> places) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(pipeline.places(records)).isEqualTo(places));
    }
}
