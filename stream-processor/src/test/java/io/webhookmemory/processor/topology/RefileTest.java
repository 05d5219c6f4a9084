package io.webhookmemory.processor.topology;

import static io.webhookmemory.processor.topology.TopologyRun.NOW;
import static io.webhookmemory.processor.topology.TopologyRun.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.webhookmemory.processor.record.LinkHistories;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A record is filed under the account that its links lead to, whichever of them is known first. */
class RefileTest {
    private static final String TASK_OF_DEAL = "{'Subject':'x','What_Id':{'id':'deal'},'$se_module':'Deals'}";

    @TempDir
    private Path state;

    private TopologyRun run;
    private int events;

    @BeforeEach
    void start() {
        run = new TopologyRun(state);
    }

    @AfterEach
    void stop() {
        run.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"CREATE", "RESTORE", "UPDATE"})
    void a_link_said_to_be_empty_clears_the_account_whatever_the_event(EventType type) {
        run.directory().pipeInput("deal", entry("Deals", "A1"));
        run.directory().pipeInput("task", entry("Tasks", "A1"));

        pipe(type, "Deals", "deal", 1, "{'Deal_Name':'x','Account_Name':null}");
        pipe(type, "Tasks", "task", 1, "{'Subject':'x','What_Id':null}");

        assertThat(run.readEvents("zoho.deals"))
                .extracting(WebhookEvent::accountId)
                .containsExactly((String) null);
        assertThat(run.readEvents("zoho.tasks"))
                .extracting(WebhookEvent::accountId)
                .containsExactly((String) null);
    }

    @ParameterizedTest
    @CsvSource({"''", "{'id':''}", "{'id':null}", "{}"})
    void a_lookup_of_nothing_unlinks_as_null_does(String nothing) {
        pipe(EventType.CREATE, "Contacts", "contact", 1, "{'Account_Name':{'id':'A1'}}");
        pipe(
                EventType.UPDATE,
                "Contacts",
                "contact",
                2,
                "{'Account_Name':" + (nothing.isEmpty() ? "''" : nothing) + "}");

        assertThat(run.readEvents("zoho.contacts"))
                .extracting(WebhookEvent::accountId)
                .containsExactly("A1", null);
    }

    @ParameterizedTest
    @CsvSource({"'${Contacts.Account_Name}'", "null_text", "{'id':'${Contacts.Account}'}"})
    void a_placeholder_that_was_not_filled_in_changes_no_link(String placeholder) {
        String value = placeholder.equals("null_text")
                ? "'null'"
                : placeholder.startsWith("{") ? placeholder : "'" + placeholder + "'";
        pipe(EventType.CREATE, "Contacts", "contact", 1, "{'Account_Name':{'id':'A1'}}");
        pipe(EventType.UPDATE, "Contacts", "contact", 2, "{'Account_Name':" + value + "}");

        assertThat(run.readEvents("zoho.contacts"))
                .extracting(WebhookEvent::accountId)
                .containsExactly("A1", "A1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "/etc/passwd", "a\\nb", "../x", "x.y"})
    void a_link_whose_id_is_none_means_no_account_and_is_counted(String id) {
        pipe(EventType.CREATE, "Contacts", "contact", 1, "{'Account_Name':{'id':'" + id + "'}}");
        pipe(EventType.CREATE, "Contacts", "contact2", 1, "{'Account_Name':{'id':'" + "1".repeat(100_000) + "'}}");

        assertThat(run.readEvents("zoho.contacts"))
                .extracting(WebhookEvent::accountId)
                .containsExactly(null, null);
        assertThat(run.count("processor.links.bad", "module", "Contacts")).isEqualTo(2);
    }

    @Test
    void a_task_that_comes_before_its_deal_is_passed_on_again_once_the_deal_is_known() {
        pipe(EventType.CREATE, "Tasks", "task", 1, TASK_OF_DEAL);
        pipe(EventType.CREATE, "Deals", "deal", 2, "{'Account_Name':{'id':'A1'}}");

        List<WebhookEvent> tasks = run.readEvents("zoho.tasks");
        assertThat(tasks).extracting(WebhookEvent::accountId).containsExactly(null, "A1");
        assertThat(tasks.get(1)).satisfies(again -> {
            assertThat(again.eventType()).isEqualTo(EventType.UPDATE);
            assertThat(again.eventId()).isEqualTo("link:e2:deal:task");
            assertThat(again.recordData()).isEqualTo(tasks.get(0).recordData());
            assertThat(again.timestamp()).isEqualTo(tasks.get(0).timestamp().plusNanos(1_000));
        });
        assertThat(run.count("processor.refiled", "module", "Tasks")).isEqualTo(1);
    }

    @Test
    void a_task_of_a_deal_that_memory_does_not_hold_yet_has_the_deals_account() {
        pipe(EventType.CREATE, "Deals", "deal", 1, "{'Account_Name':{'id':'A1'}}");
        pipe(EventType.CREATE, "Tasks", "task", 2, TASK_OF_DEAL);
        pipe(EventType.UPDATE, "Tasks", "task", 3, "{'Subject':'y'}");

        assertThat(run.readEvents("zoho.tasks"))
                .extracting(WebhookEvent::accountId)
                .containsExactly(null, "A1", "A1");
        assertThat(run.count("processor.accounts", "source", "parent")).isEqualTo(1);
    }

    @Test
    void where_memory_holds_the_deal_its_task_is_passed_on_once() {
        pipe(EventType.CREATE, "Deals", "deal", 1, "{'Account_Name':{'id':'A1'}}");
        run.directory().pipeInput("deal", entry("Deals", "A1"));
        pipe(EventType.CREATE, "Tasks", "task", 2, TASK_OF_DEAL);

        assertThat(run.readEvents("zoho.tasks"))
                .extracting(WebhookEvent::accountId)
                .containsExactly("A1");
        assertThat(run.count("processor.refiled")).isZero();
    }

    @Test
    void when_a_deal_moves_its_tasks_and_their_notes_follow() {
        pipe(EventType.CREATE, "Deals", "deal", 1, "{'Account_Name':{'id':'A1'}}");
        pipe(EventType.CREATE, "Tasks", "task", 1, TASK_OF_DEAL);
        pipe(EventType.CREATE, "Notes", "note", 1, "{'Parent_Id':{'id':'task','module':'Tasks'}}");
        pipe(EventType.UPDATE, "Deals", "deal", 2, "{'Account_Name':{'id':'A2'}}");
        pipe(EventType.UPDATE, "Deals", "deal", 3, "{'Account_Name':null}");

        for (String topic : List.of("zoho.tasks", "zoho.notes")) {
            List<WebhookEvent> events = run.readEvents(topic);
            assertThat(events).extracting(WebhookEvent::accountId).containsExactly(null, "A1", "A2", null);
            assertThat(events).extracting(WebhookEvent::timestamp).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void when_a_contact_moves_what_is_about_it_follows_unless_it_is_linked_to_another_account() {
        pipe(EventType.CREATE, "Contacts", "contact", 1, "{'Account_Name':{'id':'A1'}}");
        pipe(EventType.CREATE, "Calls", "call", 1, "{'Who_Id':{'id':'contact'}}");
        pipe(
                EventType.CREATE,
                "Tasks",
                "task",
                1,
                "{'Who_Id':{'id':'contact'},'What_Id':{'id':'A7'},'$se_module':'Accounts'}");
        pipe(EventType.UPDATE, "Contacts", "contact", 2, "{'Account_Name':{'id':'A2'}}");

        assertThat(run.readEvents("zoho.activities"))
                .extracting(WebhookEvent::accountId)
                .containsExactly(null, "A1", "A2");
        assertThat(run.readEvents("zoho.tasks"))
                .extracting(WebhookEvent::accountId)
                .containsExactly("A7");
    }

    @Test
    void a_child_that_left_its_parent_does_not_follow_it() {
        pipe(EventType.CREATE, "Tasks", "task", 1, TASK_OF_DEAL);
        pipe(EventType.UPDATE, "Tasks", "task", 2, "{'What_Id':null}");
        pipe(EventType.CREATE, "Deals", "deal", 3, "{'Account_Name':{'id':'A1'}}");

        assertThat(run.readEvents("zoho.tasks"))
                .extracting(WebhookEvent::accountId)
                .containsExactly(null, null);
        assertThat(run.read(Topics.LINKS)).hasSize(2);
    }

    @Test
    void a_deleted_child_is_not_passed_on_and_is_restored_under_its_parents_account() {
        pipe(EventType.CREATE, "Tasks", "task", 1, TASK_OF_DEAL);
        pipe(EventType.DELETE, "Tasks", "task", 2, "{}");
        pipe(EventType.CREATE, "Deals", "deal", 3, "{'Account_Name':{'id':'A1'}}");
        pipe(EventType.RESTORE, "Tasks", "task", 4, "{'id':'task'}");

        assertThat(run.readEvents("zoho.tasks"))
                .extracting(WebhookEvent::accountId)
                .containsExactly(null, null, "A1");
    }

    @Test
    void a_child_passed_on_again_carries_trace_and_replay_of_what_it_follows_from() {
        pipe(EventType.CREATE, "Tasks", "task", 1, TASK_OF_DEAL);
        run.read("zoho.tasks");
        RecordHeaders headers = new RecordHeaders();
        Headers.put(headers, Headers.TRACEPARENT, "trace");
        Headers.put(headers, Headers.REPLAY_ID, "replay");
        Headers.put(headers, "other", "x");
        WebhookEvent deal = event(EventType.CREATE, "Deals", "deal", 2, "{'Account_Name':{'id':'A1'}}");
        run.pipe(new TestRecord<>("deal", EventCodec.toBytes(deal), headers));

        assertThat(run.read("zoho.tasks")).singleElement().satisfies(message -> {
            assertThat(Headers.get(message.headers(), Headers.TRACEPARENT)).contains("trace");
            assertThat(Headers.get(message.headers(), Headers.REPLAY_ID)).contains("replay");
            assertThat(Headers.get(message.headers(), Headers.CE_ID)).contains("link:e2:deal:task");
            assertThat(message.headers().lastHeader("other")).isNull();
        });
    }

    @Test
    void records_linked_in_a_circle_do_not_tell_each_other_for_ever() {
        pipe(EventType.CREATE, "Tasks", "t1", 1, "{'What_Id':{'id':'A1'},'$se_module':'Accounts'}");
        pipe(EventType.CREATE, "Tasks", "t2", 1, "{'What_Id':{'id':'t1'},'$se_module':'Tasks','Who_Id':{'id':'c'}}");
        pipe(EventType.CREATE, "Contacts", "c", 1, "{'Account_Name':{'id':'A2'}}");
        pipe(EventType.UPDATE, "Tasks", "t1", 2, "{'What_Id':{'id':'t2'},'$se_module':'Tasks'}");
        pipe(EventType.UPDATE, "Contacts", "c", 3, "{'Account_Name':{'id':'A3'}}");
        pipe(EventType.UPDATE, "Tasks", "t1", 4, "{'What_Id':{'id':'t1'},'$se_module':'Tasks'}");

        assertThat(run.read(Topics.LINKS)).hasSizeLessThan(60);
    }

    @Test
    void what_is_no_link_message_is_rejected_and_the_stream_goes_on() {
        run.pipeLink("task", "no message".getBytes(UTF_8));
        run.pipeLink("task", "{}".getBytes(UTF_8));
        run.pipeLink(null, null);
        pipe(EventType.CREATE, "Tasks", "task", 1, TASK_OF_DEAL);

        assertThat(run.read(Topics.REJECTED))
                .hasSize(3)
                .allSatisfy(message -> assertThat(Headers.get(message.headers(), Headers.REJECTED_REASON))
                        .contains("not a link message"));
        assertThat(run.readEvents("zoho.tasks")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34})
    void whatever_order_events_arrive_in_every_record_ends_in_the_account_that_a_plain_model_says(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            LinkHistories histories = new LinkHistories(random, "r" + round + "-", NOW);
            List<WebhookEvent> history = histories.history(1 + random.nextInt(60));
            List<WebhookEvent> arrival = new ArrayList<>(history);
            if (random.nextBoolean()) {
                Collections.shuffle(arrival, random);
            }
            Map<String, WebhookEvent> shown = new TreeMap<>();
            for (WebhookEvent event : arrival) {
                run.pipe(event);
                for (WebhookEvent routed : routed()) {
                    WebhookEvent before = shown.get(routed.recordId());
                    if (before == null || !before.timestamp().isAfter(routed.timestamp())) {
                        assertThat(before == null
                                        || before.timestamp().isBefore(routed.timestamp())
                                        || same(before, routed))
                                .as("two states of one time: %s, %s", before, routed)
                                .isTrue();
                        shown.put(routed.recordId(), routed);
                    }
                }
                if (random.nextInt(4) == 0) {
                    shown.values().forEach(this::written);
                }
            }
            assertThat(accounts(shown))
                    .as("after %s", arrival)
                    .isEqualTo(LinkHistories.Model.of(history).accounts());
        }
        assertThat(run.count("processor.refiled")).isGreaterThan(100);
    }

    private static boolean same(WebhookEvent one, WebhookEvent other) {
        return Objects.equals(one.accountId(), other.accountId())
                && one.recordData().equals(other.recordData());
    }

    /** What the memory-sink writes to its directory of an event. */
    private void written(WebhookEvent event) {
        run.directory()
                .pipeInput(
                        event.recordId(),
                        event.eventType() == EventType.DELETE ? null : entry(event.module(), event.accountId()));
    }

    private static Map<String, String> accounts(Map<String, WebhookEvent> shown) {
        Map<String, String> accounts = new TreeMap<>();
        shown.forEach((id, event) -> {
            if (event.eventType() != EventType.DELETE) {
                accounts.put(id, event.accountId() == null ? "none" : event.accountId());
            }
        });
        return accounts;
    }

    private List<WebhookEvent> routed() {
        List<WebhookEvent> routed = new ArrayList<>();
        for (String topic : List.of("zoho.deals", "zoho.contacts", "zoho.tasks", "zoho.notes")) {
            routed.addAll(run.readEvents(topic));
        }
        return routed;
    }

    private void pipe(EventType type, String module, String id, int second, String data) {
        run.pipe(event(type, module, id, second, data));
    }

    private WebhookEvent event(EventType type, String module, String id, int second, String data) {
        events++;
        Instant at = NOW.plusSeconds(second);
        return WebhookEvent.received(
                "e" + events, type, module, id, json(data), List.of(), at, null, NOW, EventSource.SIGNED);
    }

    private static DirectoryEntry entry(String module, String account) {
        return new DirectoryEntry(module, account, "account_" + account, "data-id", "sha", NOW);
    }
}
