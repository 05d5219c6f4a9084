package io.webhookmemory.processor.topology;

import static io.webhookmemory.processor.topology.TopologyRun.NOW;
import static io.webhookmemory.processor.topology.TopologyRun.event;
import static io.webhookmemory.processor.topology.TopologyRun.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.processor.record.Histories;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an event is once it is on its module's topic. */
class EnrichTest {
    private static final String ACCOUNT = "5725767000003000064";

    @TempDir
    private Path state;

    private TopologyRun run;

    @BeforeEach
    void start() {
        run = new TopologyRun(state);
    }

    @AfterEach
    void stop() {
        run.close();
    }

    @Test
    void an_event_goes_to_its_modules_topic_with_its_headers_and_calls_are_activities() {
        RecordHeaders headers = new RecordHeaders();
        Headers.put(headers, Headers.TRACEPARENT, "trace");
        WebhookEvent call = event("e1", "Calls", NOW);
        run.pipe(new TestRecord<>(call.recordId(), EventCodec.toBytes(call), headers));

        assertThat(run.read("zoho.activities")).singleElement().satisfies(message -> {
            assertThat(message.key()).isEqualTo(call.recordId());
            assertThat(Headers.get(message.headers(), Headers.TRACEPARENT)).contains("trace");
            assertThat(TopologyRun.decoded(message.value()).module()).isEqualTo("Calls");
        });
        assertThat(run.count("processor.events", "module", "Calls", "type", "update"))
                .isEqualTo(1);
        assertThat(run.meters.get("processor.event.age").timer().count()).isEqualTo(1);
    }

    @Test
    void a_records_time_that_cannot_be_read_counts_as_none_and_is_counted() {
        run.pipe(event("e1", "Deals", NOW)
                .as(EventType.UPDATE, json("{'Modified_Time':'02/03/2026 10:15 AM'}"), NOW, null));
        run.pipe(event("e2", "Deals", NOW).as(EventType.UPDATE, json("{'Modified_Time':null}"), NOW, null));

        assertThat(run.count("processor.time.unreadable")).isEqualTo(1);
        assertThat(run.read("zoho.deals"))
                .first()
                .satisfies(message -> assertThat(
                                TopologyRun.decoded(message.value()).timestamp())
                        .isEqualTo(NOW));
    }

    @Test
    void the_headers_are_those_of_the_event_that_is_written_when_the_known_version_is_newer() {
        run.pipe(event("e1", EventType.UPDATE, "Deals", NOW.plusSeconds(5), json("{'a':2}")));
        WebhookEvent older = event("e2", EventType.UPDATE, "Deals", NOW, json("{'b':1}"));
        RecordHeaders headers = new RecordHeaders();
        Headers.putCloudEvent(headers, older);
        Headers.put(headers, Headers.TRACEPARENT, "trace");
        Headers.put(headers, Headers.REPLAY_ID, "replay-1");
        run.pipe(new TestRecord<>(older.recordId(), EventCodec.toBytes(older), headers));

        assertThat(run.read("zoho.deals")).last().satisfies(message -> {
            WebhookEvent written = TopologyRun.decoded(message.value());
            assertThat(written.timestamp()).isAfter(older.timestamp());
            RecordHeaders expected = new RecordHeaders();
            Headers.putCloudEvent(expected, written);
            assertThat(message.headers()).contains(expected.toArray());
            assertThat(message.headers().headers(Headers.CE_TIME)).hasSize(1);
            assertThat(Headers.get(message.headers(), Headers.TRACEPARENT)).contains("trace");
            assertThat(Headers.get(message.headers(), Headers.REPLAY_ID)).contains("replay-1");
        });
    }

    @Test
    void a_verify_event_that_is_redriven_reaches_the_sink_as_it_is_though_its_record_is_deleted() {
        run.pipe(event("e1", "Deals", NOW).as(EventType.DELETE, json("{}"), NOW, null));
        run.read("zoho.deals");
        DirectoryEntry.Intent intent = new DirectoryEntry.Intent(List.of("account_8"), "ab", "e1", "sink-0", NOW);
        DirectoryEntry known = new DirectoryEntry("Deals", "8", "account_8", null, null, null, intent);
        WebhookEvent verify = event("verify:e1", "Deals", NOW)
                .as(EventType.VERIFY, json("{}"), NOW, null)
                .routed(json("{}"), NOW, "8", false, known);

        run.pipe(verify);

        assertThat(run.read("zoho.deals"))
                .singleElement()
                .satisfies(message ->
                        assertThat(TopologyRun.decoded(message.value())).isEqualTo(verify));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Accounts  |{}",
                "Contacts  |{'Account_Name':{'id':'" + ACCOUNT + "','name':'A'}}",
                "Deals     |{'Account_Name':{'id':" + ACCOUNT + ",'name':'A'}}",
                "Tasks     |{'What_Id':{'id':'" + ACCOUNT + "'},'$se_module':'Accounts'}",
                "Events    |{'What_Id':{'id':'" + ACCOUNT + "'},'$se_module':'Accounts'}",
                "Calls     |{'What_Id':{'id':'" + ACCOUNT + "'},'$se_module':'Accounts','Who_Id':{'id':'9'}}",
                "Activities|{'What_Id':{'id':'" + ACCOUNT + "','module':'Accounts'}}",
                "Notes     |{'Parent_Id':{'id':'" + ACCOUNT + "','module':{'api_name':'Accounts','id':'3'}}}",
                "Notes     |{'Parent_Id':{'id':'" + ACCOUNT + "'},'$se_module':'Accounts'}",
            })
    void every_modules_account_is_known_from_its_creation_to_its_deletion_and_restore(String module, String data) {
        List<EventType> life = List.of(EventType.CREATE, EventType.UPDATE, EventType.DELETE, EventType.RESTORE);
        for (EventType type : life) {
            String fields = type == EventType.CREATE ? data : type == EventType.UPDATE ? "{'x':1}" : "{}";
            run.pipe(event(type.name(), type, module.strip(), NOW.plusSeconds(life.indexOf(type)), json(fields)));
        }

        List<WebhookEvent> routed = run.readEvents(Topics.ofModule(module.strip()));
        String account = "Accounts".equals(module.strip()) ? TopologyRun.RECORD : ACCOUNT;
        assertThat(routed).extracting(WebhookEvent::eventType).containsExactlyElementsOf(life);
        assertThat(routed).extracting(WebhookEvent::accountId).containsOnly(account);
        assertThat(run.count("processor.accounts", "source", "payload")).isEqualTo(4);
    }

    @Test
    void a_parent_that_is_a_deal_or_a_contact_gives_its_account_and_one_that_is_unknown_gives_none() {
        run.directory().pipeInput("deal", entry("Deals", "A1"));
        run.directory().pipeInput("contact", entry("Contacts", "A2"));

        task("e1", "{'What_Id':{'id':'deal'},'$se_module':'Deals'}");
        task("e2", "{'What_Id':null,'Who_Id':{'id':'contact'},'$se_module':'Contacts'}");
        task("e3", "{'What_Id':{'id':'lead'},'Who_Id':null,'$se_module':'Leads'}");

        assertThat(run.readEvents("zoho.tasks"))
                .extracting(WebhookEvent::accountId)
                .containsExactly("A1", "A2", null);
        assertThat(run.count("processor.accounts", "source", "directory")).isEqualTo(2);
        assertThat(run.count("processor.accounts", "source", "unresolved")).isEqualTo(1);
    }

    @Test
    void a_record_whose_link_was_cleared_belongs_to_no_account_whatever_memory_knows_of_it() {
        run.directory().pipeInput(TopologyRun.RECORD, entry("Tasks", "A1"));

        task("e1", "{'Subject':'x'}");
        task("e2", "{'What_Id':null}");
        task("e3", "{'Subject':'y'}");

        assertThat(run.readEvents("zoho.tasks"))
                .extracting(WebhookEvent::accountId)
                .containsExactly("A1", null, null);
    }

    @Test
    void what_memory_holds_of_the_record_travels_with_its_event_until_it_is_deleted_there() {
        DirectoryEntry known = entry("Tasks", "A1");
        run.directory().pipeInput(TopologyRun.RECORD, known);
        task("e1", "{'Subject':'x'}");
        run.directory().pipeInput(TopologyRun.RECORD, null);
        task("e2", "{'Subject':'y'}");

        assertThat(run.readEvents("zoho.tasks")).extracting(WebhookEvent::known).containsExactly(known, null);
    }

    @Test
    void only_a_critical_field_makes_an_update_critical_and_everything_else_is() {
        run.pipe(update("e1", List.of("Stage")));
        run.pipe(update("e2", List.of("Stage", "Owner")));
        run.pipe(event("e3", EventType.CREATE, "Deals", NOW.plusSeconds(1), json("{}")));
        run.pipe(event("e4", EventType.DELETE, "Deals", NOW.plusSeconds(2), json("{}")));
        run.pipe(event("e5", EventType.RESTORE, "Deals", NOW.plusSeconds(3), json("{}")));

        assertThat(run.readEvents("zoho.deals"))
                .extracting(WebhookEvent::critical)
                .containsExactly(false, true, true, true, true);
    }

    @Test
    void what_is_imported_overwrites_nothing_newer_and_is_never_critical() {
        run.pipe(event("e1", EventType.UPDATE, "Deals", NOW.plusSeconds(9), json("{'Stage':'Won'}")));
        run.pipe(imported(EventType.CREATE, NOW, "{'Stage':'Open','Amount':5}"));
        run.pipe(imported(EventType.UPDATE, NOW.plusSeconds(1), "{'Stage':'Lost','Owner':'7'}"));

        List<WebhookEvent> routed = run.readEvents("zoho.deals");
        assertThat(routed).extracting(WebhookEvent::critical).containsOnly(false);
        assertThat(routed).allSatisfy(event -> {
            assertThat(event.recordData().path("Stage").asText()).isEqualTo("Won");
            assertThat(event.timestamp()).isAfterOrEqualTo(NOW.plusSeconds(9));
        });

        run.pipe(event("e2", EventType.DELETE, "Deals", NOW.plusSeconds(10), json("{}")));
        run.pipe(imported(EventType.UPDATE, NOW.plusSeconds(9), "{'Stage':'Won'}"));
        assertThat(run.readEvents("zoho.deals"))
                .extracting(WebhookEvent::eventType)
                .containsExactly(EventType.DELETE);
    }

    private static WebhookEvent imported(EventType type, Instant modified, String data) {
        return WebhookEvent.received(
                "import-" + type + modified,
                type,
                "Deals",
                TopologyRun.RECORD,
                json(data),
                List.of(),
                modified,
                null,
                NOW.plusSeconds(20),
                EventSource.IMPORT);
    }

    @Test
    void a_repair_carries_the_record_as_known_and_is_not_critical() {
        run.pipe(event("e1", EventType.CREATE, "Deals", NOW, json("{'a':1}")));
        run.pipe(WebhookEvent.received(
                "audit:refresh",
                EventType.REFRESH,
                "Deals",
                TopologyRun.RECORD,
                json("{}"),
                List.of(),
                NOW,
                null,
                NOW,
                EventSource.AUDIT));

        WebhookEvent refresh = TopologyRun.decoded(run.read("zoho.deals").get(1).value());
        assertThat(refresh.recordData()).isEqualTo(json("{'a':1}"));
        assertThat(refresh.critical()).isFalse();
    }

    @Test
    void a_change_from_before_the_deletion_goes_no_further_and_is_counted() {
        run.pipe(event("e1", EventType.DELETE, "Deals", NOW.plusSeconds(2), json("{}")));
        run.pipe(event("e2", EventType.UPDATE, "Deals", NOW.plusSeconds(1), json("{'a':1}")));

        assertThat(run.read("zoho.deals")).hasSize(1);
        assertThat(run.count("processor.stale", "module", "Deals")).isEqualTo(1);
    }

    /** After every arrival the record must be what the model makes of all that has arrived by then. */
    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void whatever_order_updates_arrive_in_their_record_is_what_a_plain_model_says(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            List<WebhookEvent> arrived = new ArrayList<>();
            List<WebhookEvent> history = Histories.history(random, seed + "-" + round, NOW);
            for (WebhookEvent event : Histories.arrival(random, history)) {
                run.pipe(event);
                arrived.add(event);
                for (WebhookEvent routed : run.readEvents("zoho.deals")) {
                    Histories.Model model = Histories.Model.of(arrived);
                    assertThat(routed.recordData()).as("after %s", arrived).isEqualTo(model.data());
                    assertThat(routed.eventType() == EventType.DELETE)
                            .as("after %s", arrived)
                            .isEqualTo(model.deleted());
                }
            }
        }
        assertThat(run.count("processor.events")).isGreaterThan(300);
    }

    @Test
    void ten_thousand_updates_of_a_record_cost_no_more_than_its_last_state() {
        for (int i = 0; i < 10_000; i++) {
            run.pipe(event(
                    "e" + i, EventType.UPDATE, "Deals", NOW.plusSeconds(i), json("{'f" + i % 10 + "':" + i + "}")));
        }
        int size = run.storedRecord(TopologyRun.RECORD).length;
        run.close();
        run = new TopologyRun(state);
        for (int i = 9_990; i < 10_000; i++) {
            run.pipe(event(
                    "e" + i, EventType.UPDATE, "Deals", NOW.plusSeconds(i), json("{'f" + i % 10 + "':" + i + "}")));
        }

        assertThat(size).isEqualTo(run.storedRecord(TopologyRun.RECORD).length);
    }

    private void task(String id, String data) {
        run.pipe(event(id, EventType.UPDATE, "Tasks", NOW, json(data)));
    }

    private static WebhookEvent update(String id, List<String> modifiedFields) {
        WebhookEvent event = event(id, "Deals", NOW);
        return WebhookEvent.received(
                id,
                EventType.UPDATE,
                "Deals",
                event.recordId(),
                event.recordData(),
                modifiedFields,
                NOW,
                null,
                NOW,
                event.source());
    }

    private static DirectoryEntry entry(String module, String account) {
        return new DirectoryEntry(module, account, "account_" + account, "data-id", "sha", NOW);
    }
}
