package io.webhookmemory.e2e;

import static io.webhookmemory.e2e.SubscribedPipeline.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.testkit.zoho.ZohoDouble.Delivery;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of module by its name in WEBHOOK_MODULES alone: what happens to a record in Zoho happens in memory. */
class ModulesIT {
    private static final String MODULES = "Leads,Accounts,Contacts,Deals,Tasks,Notes,Events,Calls,Products,Quotes,"
            + "Campaigns,Cases,CustomModule1,Machines";

    private static SubscribedPipeline pipeline;

    @BeforeAll
    static void start() {
        pipeline = SubscribedPipeline.start(
                Map.of(
                        "WEBHOOK_MODULES", MODULES,
                        "WEBHOOK_ACCOUNT_FIELDS", "Machines:Owner_Account",
                        "WEBHOOK_SWEEP_INTERVAL", "2"),
                13);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "Leads        |Last_Name    |watched|-",
                "Accounts     |Account_Name |watched|-",
                "Contacts     |Last_Name    |watched|{'Account_Name':{'id':'ACCOUNT','name':'A'}}",
                "Deals        |Deal_Name    |watched|{'Account_Name':{'id':'ACCOUNT','name':'A'}}",
                "Tasks        |Subject      |watched|{'What_Id':{'id':'ACCOUNT','name':'A'},'$se_module':'Accounts'}",
                "Events       |Event_Title  |watched|{'What_Id':{'id':'ACCOUNT','name':'A'},'$se_module':'Accounts'}",
                "Calls        |Subject      |watched|{'What_Id':{'id':'ACCOUNT','name':'A'},'$se_module':'Accounts'}",
                "Notes        |Note_Title   |swept  |{'Parent_Id':{'id':'ACCOUNT','module':{'api_name':'Accounts'}}}",
                "Products     |Product_Name |watched|-",
                "Quotes       |Subject      |watched|{'Account_Name':{'id':'ACCOUNT','name':'A'}}",
                "Campaigns    |Campaign_Name|watched|-",
                "Cases        |Subject      |watched|{'Account_Name':{'id':'ACCOUNT','name':'A'}}",
                "CustomModule1|Name         |watched|{'Account_Name':{'id':'ACCOUNT','name':'A'}}",
                "Machines     |Name         |watched|{'Owner_Account':{'id':'ACCOUNT','name':'A'}}",
            })
    void a_record_is_created_changed_deleted_and_restored_in_the_dataset_of_its_account(
            String module, String title, String how, String link) {
        String id = SubscribedPipeline.newId();
        String account = SubscribedPipeline.newId();
        String dataset = "account_" + (module.equals("Accounts") ? id : link == null ? "none" : account);
        ObjectNode record = link == null
                ? SubscribedPipeline.record(id, title, "First")
                : json(link.replace("ACCOUNT", account)).put("id", id).put(title, "First");

        pipeline.zoho.put(module, record);
        awaitDocument(module, id, dataset, "First");
        pipeline.zoho.put(module, SubscribedPipeline.record(id, title, "Second"));
        awaitDocument(module, id, dataset, "Second");
        pipeline.zoho.delete(module, id);
        await().atMost(LIMIT).until(() -> pipeline.documentsOf(id).isEmpty());
        awaitNextSecond();
        pipeline.zoho.restore(module, id);
        awaitDocument(module, id, dataset, "Second");

        List<Delivery> told = pipeline.zoho.deliveries().stream()
                .filter(delivery -> delivery.ids().contains(id))
                .toList();
        assertThat(told).allMatch(delivery -> delivery.status() == 200);
        assertThat(told)
                .extracting(Delivery::operation)
                .isEqualTo(how.equals("watched") ? List.of("insert", "update", "delete", "update") : List.of());
    }

    private static void awaitDocument(String module, String id, String dataset, String title) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(pipeline.documentsOf(id))
                        .singleElement()
                        .satisfies(document -> {
                            assertThat(document.dataset()).isEqualTo(dataset);
                            assertThat(document.text()).startsWith(module + " " + id + "\n" + title + "\n");
                        }));
    }

    /** Zoho's times are whole seconds: of a deletion and a restore in one second it cannot be said which came last. */
    private static void awaitNextSecond() {
        long now = Instant.now().getEpochSecond();
        await().until(() -> Instant.now().getEpochSecond() > now);
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) Json.MAPPER.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
