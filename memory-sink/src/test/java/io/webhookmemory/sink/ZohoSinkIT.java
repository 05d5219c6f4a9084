package io.webhookmemory.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.testkit.KafkaForTests;
import io.webhookmemory.testkit.zoho.ZohoDouble;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The memory-sink where Zoho's API is configured: notifications say that something changed, Zoho says what. */
class ZohoSinkIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final KafkaForTests KAFKA = KafkaForTests.shared();

    @AutoClose
    private final SinkFixture fixture = new SinkFixture(KAFKA);

    @AutoClose
    private final ZohoDouble zoho = ZohoDouble.start();

    @Test
    void a_notification_without_data_becomes_a_document_of_what_zoho_says_in_the_dataset_of_its_account() {
        zoho.put("Accounts", record("1").put("Account_Name", "Northwind"));
        zoho.put("Contacts", inAccount(record("2").put("Last_Name", "Fuller"), "1"));
        sink();

        fixture.send(notification(EventType.UPDATE, "Contacts", "2"));

        awaitMemory("Contacts_" + id("2"), "account_" + id("1") + ": Fuller");
    }

    @Test
    void a_task_on_a_deal_belongs_to_the_deals_account() {
        zoho.put("Deals", inAccount(record("2").put("Deal_Name", "Big one"), "1"));
        ObjectNode task = record("3").put("Subject", "Call back").put("$se_module", "Deals");
        task.putObject("What_Id").put("id", id("2")).put("name", "Big one");
        zoho.put("Tasks", task);
        sink();

        fixture.send(notification(EventType.CREATE, "Tasks", "3"));

        awaitMemory("Tasks_" + id("3"), "account_" + id("1") + ": Call back");
    }

    @Test
    void a_task_belongs_to_the_account_of_what_it_is_about_rather_than_of_whom() {
        zoho.put("Deals", inAccount(record("2").put("Deal_Name", "Big one"), "1"));
        zoho.put("Contacts", inAccount(record("3").put("Last_Name", "Consultant"), "9"));
        ObjectNode task = record("4").put("Subject", "Call back").put("$se_module", "Deals");
        task.putObject("What_Id").put("id", id("2")).put("name", "Big one");
        task.putObject("Who_Id").put("id", id("3")).put("name", "Consultant");
        zoho.put("Tasks", task);
        sink();

        fixture.send(notification(EventType.CREATE, "Tasks", "4"));

        awaitMemory("Tasks_" + id("4"), "account_" + id("1") + ": Call back");
    }

    @ParameterizedTest
    @CsvSource({"Tasks, Subject", "Events, Event_Title", "Calls, Subject"})
    void an_activity_is_in_memory_as_the_task_meeting_or_call_that_zoho_keeps(String module, String title) {
        ObjectNode activity = record("2").put(title, "Visit").put("$se_module", "Accounts");
        activity.putObject("What_Id").put("id", id("1")).put("name", "Northwind");
        zoho.put(module, activity);
        SinkService sink = sink();

        fixture.send(notification(EventType.CREATE, "Activities", "2"));
        awaitMemory(module + "_" + id("2"), "account_" + id("1") + ": Visit");
        fixture.send(notification(EventType.UPDATE, module, "2"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.metrics(sink))
                        .containsPattern(
                                "sink_events_total\\{[^}]*module=\"" + module + "\",outcome=\"unchanged\"[^}]*} 1"));
        assertThat(fixture.memory()).containsOnlyKeys(module + "_" + id("2"));

        fixture.send(notification(EventType.DELETE, "Activities", "2"));
        await().atMost(LIMIT).untilAsserted(() -> assertThat(fixture.memory()).isEmpty());
        assertThat(fixture.dead()).isEmpty();
    }

    @Test
    void an_activity_stays_one_where_the_pipeline_accepts_no_tasks() {
        zoho.put("Tasks", record("2").put("Subject", "Call back"));
        sink(Map.of("WEBHOOK_MODULES", "Accounts,Activities"));

        fixture.send(notification(EventType.CREATE, "Activities", "2"));

        awaitMemory("Activities_" + id("2"), "account_none: Call back");
    }

    @Test
    void an_activity_that_zoho_does_not_have_is_in_memory_as_its_webhook_says() {
        sink();
        WebhookEvent webhook = notification(EventType.CREATE, "Activities", "2");
        ObjectNode data = record("2").put("Subject", "From elsewhere");

        fixture.send(webhook.routed(data, webhook.timestamp(), null, false, null));

        awaitMemory("Activities_" + id("2"), "account_none: From elsewhere");
    }

    @Test
    void an_activity_that_was_deleted_in_zoho_is_removed_though_its_webhook_came_late() {
        zoho.put("Calls", record("2").put("Subject", "Called"));
        sink();
        fixture.send(notification(EventType.CREATE, "Activities", "2"));
        awaitMemory("Calls_" + id("2"), "account_none: Called");
        zoho.delete("Calls", id("2"));

        fixture.send(notification(EventType.UPDATE, "Activities", "2"));

        await().atMost(LIMIT).untilAsserted(() -> assertThat(fixture.memory()).isEmpty());
    }

    @Test
    void a_contact_that_left_its_account_leaves_its_dataset_and_the_account_is_read_again() {
        ObjectNode account = record("1").put("Account_Name", "Northwind");
        ObjectNode contact = record("2").put("Last_Name", "Fuller");
        zoho.put("Accounts", account);
        zoho.put("Contacts", inAccount(contact.deepCopy(), "1"));
        sink();
        fixture.send(notification(EventType.CREATE, "Accounts", "1"));
        fixture.send(notification(EventType.CREATE, "Contacts", "2"));
        awaitMemory("Contacts_" + id("2"), "account_" + id("1") + ": Fuller");
        awaitMemory("Accounts_" + id("1"), "account_" + id("1") + ": Northwind");
        zoho.put("Accounts", account.deepCopy().put("Account_Name", "Northwind, without Fuller"));
        zoho.put("Contacts", contact.putNull("Account_Name"));

        // The stream-processor knows the record's account from the directory.
        fixture.send(known(notification(EventType.UPDATE, "Contacts", "2"), "1"));

        awaitMemory("Contacts_" + id("2"), "account_none: Fuller");
        awaitMemory("Accounts_" + id("1"), "account_" + id("1") + ": Northwind, without Fuller");
    }

    @Test
    void the_accounts_own_document_is_refreshed_when_one_of_its_records_changed() {
        ObjectNode account = record("1").put("Account_Name", "Northwind");
        zoho.put("Accounts", account);
        zoho.put("Deals", inAccount(record("2").put("Deal_Name", "Big one"), "1"));
        sink();
        fixture.send(notification(EventType.CREATE, "Accounts", "1"));
        awaitMemory("Accounts_" + id("1"), "account_" + id("1") + ": Northwind");
        // Zoho tells nobody of this one.
        zoho.put("Accounts", account.deepCopy().put("Account_Name", "Northwind, now with a deal"));

        fixture.send(notification(EventType.CREATE, "Deals", "2"));

        awaitMemory("Accounts_" + id("1"), "account_" + id("1") + ": Northwind, now with a deal");
    }

    @Test
    void an_account_is_read_again_after_a_deletion_whose_answer_was_lost() {
        ObjectNode account = record("1").put("Account_Name", "Northwind");
        zoho.put("Accounts", account);
        zoho.put("Deals", inAccount(record("2").put("Deal_Name", "Lost"), "1"));
        SinkService sink = sink();
        fixture.send(notification(EventType.CREATE, "Accounts", "1"));
        awaitMemory("Accounts_" + id("1"), "account_" + id("1") + ": Northwind");
        fixture.send(notification(EventType.CREATE, "Deals", "2"));
        // The deal's coming had the account read again; that must not count for its going.
        awaitUnchangedAccounts(sink, 1);
        zoho.delete("Deals", id("2"));
        zoho.put("Accounts", account.deepCopy().put("Account_Name", "Northwind, without its deal"));
        fixture.cognee.loseNextResponses(1);

        // Its account is in the record as the stream-processor knows it; the directory may lag behind.
        WebhookEvent deletion = notification(EventType.DELETE, "Deals", "2");
        fixture.send(deletion.routed(deletion.recordData(), deletion.timestamp(), id("1"), false, null));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.memory())
                        .isEqualTo(
                                Map.of("Accounts_" + id("1"), "account_" + id("1") + ": Northwind, without its deal")));
        assertThat(fixture.metrics(sink)).containsPattern("call=\"delete\"[^}]*outcome=\"connection_lost\"");
    }

    @Test
    void a_record_that_is_gone_from_zoho_is_removed_though_its_deletion_was_never_told() {
        zoho.put("Deals", inAccount(record("2").put("Deal_Name", "Short-lived"), "1"));
        sink();
        fixture.send(notification(EventType.CREATE, "Deals", "2"));
        awaitMemory("Deals_" + id("2"), "account_" + id("1") + ": Short-lived");
        zoho.delete("Deals", id("2"));

        fixture.send(notification(EventType.UPDATE, "Deals", "2"));

        await().atMost(LIMIT).untilAsserted(() -> assertThat(fixture.memory()).isEmpty());
    }

    @Test
    void the_records_of_a_deleted_account_live_on_without_one() {
        ObjectNode contact = record("2").put("Last_Name", "Fuller");
        zoho.put("Accounts", record("1").put("Account_Name", "Northwind"));
        zoho.put("Contacts", inAccount(contact.deepCopy(), "1"));
        zoho.put("Deals", inAccount(record("3").put("Deal_Name", "Dies with it"), "1"));
        sink();
        fixture.send(notification(EventType.CREATE, "Accounts", "1"));
        fixture.send(notification(EventType.CREATE, "Contacts", "2"));
        fixture.send(notification(EventType.CREATE, "Deals", "3"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.memory().values())
                        .hasSize(3)
                        .allMatch(content -> content.startsWith("account_" + id("1"))));
        zoho.delete("Accounts", id("1"));
        zoho.delete("Deals", id("3"));
        zoho.put("Contacts", contact.putNull("Account_Name"));

        fixture.send(notification(EventType.DELETE, "Accounts", "1"));

        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(fixture.memory()).isEqualTo(Map.of("Contacts_" + id("2"), "account_none: Fuller")));
    }

    @Test
    void many_records_are_read_in_few_calls() {
        List<ObjectNode> contacts = IntStream.range(0, 200)
                .mapToObj(i -> inAccount(record("9" + i).put("Last_Name", "Number " + i), "1"))
                .toList();
        zoho.putAll("Contacts", contacts);
        fixture.cognee.latency(Duration.ofMillis(5));
        sink();

        IntStream.range(0, 200).forEach(i -> fixture.send(notification(EventType.CREATE, "Contacts", "9" + i)));

        await().atMost(LIMIT).untilAsserted(() -> assertThat(fixture.memory()).hasSize(200));
        assertThat(zoho.calls("records") + zoho.calls("record")).isLessThan(50);
    }

    @Test
    void while_zoho_is_out_nothing_is_dead_and_all_goes_on_by_itself() {
        IntStream.range(0, 20)
                .forEach(i -> zoho.put("Deals", inAccount(record("5" + i).put("Deal_Name", "Patient"), "1")));
        zoho.unavailable(true);
        SinkService sink = sink();

        IntStream.range(0, 20).forEach(i -> fixture.send(notification(EventType.CREATE, "Deals", "5" + i)));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).contains("zoho is out"));
        zoho.unavailable(false);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(fixture.memory()).hasSize(20));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).doesNotContain("is out"));
        assertThat(fixture.dead()).isEmpty();
    }

    @Test
    void a_lone_event_outlives_an_outage_of_zohos_that_lasts_longer_than_its_retries() {
        zoho.put("Deals", inAccount(record("6").put("Deal_Name", "Alone"), "1"));
        zoho.unavailable(true);
        SinkService sink = sink();

        fixture.send(notification(EventType.CREATE, "Deals", "6"));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.ready(sink)).contains("zoho is out: zoho_503"));
        zoho.unavailable(false);
        awaitMemory("Deals_" + id("6"), "account_" + id("1") + ": Alone");
        assertThat(fixture.dead()).isEmpty();
    }

    @Test
    void an_event_on_which_the_sink_itself_fails_is_a_dead_letter_and_ends_no_process() {
        zoho.put("Deals", inAccount(record("8").put("Deal_Name", "Next"), "1"));
        sink();

        // No such record; and no hour before that time, from which its deletion would be looked for.
        fixture.send(notification(EventType.UPDATE, "Deals", "7", Instant.MIN));
        fixture.send(notification(EventType.CREATE, "Deals", "8"));

        awaitMemory("Deals_" + id("8"), "account_" + id("1") + ": Next");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(fixture.dead()).hasSize(1));
        assertThat(Headers.get(fixture.dead().get(0).headers(), Headers.DLT_REASON))
                .contains("internal_error");
        assertThat(Headers.get(fixture.dead().get(0).headers(), Headers.DLT_EXCEPTION_MESSAGE))
                .hasValueSatisfying(message -> assertThat(message).startsWith("unexpected failure at "));
    }

    private SinkService sink() {
        return sink(Map.of());
    }

    private SinkService sink(Map<String, String> settings) {
        Map<String, String> variables = new HashMap<>(zoho.variables());
        variables.putAll(settings);
        variables.put("ZOHO_RATE_LIMIT", "1000");
        variables.put("WEBHOOK_RETRY_DELAY_BASE", "0.1");
        return fixture.sink(variables);
    }

    private void awaitMemory(String document, String content) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(fixture.memory()).containsEntry(document, content));
    }

    private void awaitUnchangedAccounts(SinkService sink, int count) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fixture.metrics(sink))
                        .containsPattern(
                                "sink_events_total\\{[^}]*module=\"Accounts\",outcome=\"unchanged\"[^}]*} " + count));
    }

    private String id(String record) {
        return fixture.deals.id(record);
    }

    private ObjectNode record(String id) {
        return Json.MAPPER.createObjectNode().put("id", id(id));
    }

    private ObjectNode inAccount(ObjectNode record, String account) {
        record.putObject("Account_Name").put("id", id(account)).put("name", "Northwind");
        return record;
    }

    private WebhookEvent known(WebhookEvent event, String account) {
        DirectoryEntry entry = new DirectoryEntry(
                event.module(), id(account), "account_" + id(account), null, null, event.timestamp());
        return event.routed(event.recordData(), event.timestamp(), id(account), false, entry);
    }

    /** As a channel gives it, after the stream-processor, which knew nothing of the record. */
    private WebhookEvent notification(EventType type, String module, String record) {
        return notification(type, module, record, Instant.now());
    }

    private WebhookEvent notification(EventType type, String module, String record, Instant at) {
        Instant now = Instant.now();
        ObjectNode nothing = Json.MAPPER.createObjectNode();
        return WebhookEvent.received(
                        UUID.randomUUID().toString(),
                        type,
                        module,
                        id(record),
                        nothing,
                        List.of(),
                        at,
                        null,
                        now,
                        EventSource.CHANNEL)
                .routed(nothing, at, module.equals("Accounts") ? id(record) : null, false, null);
    }
}
