package io.webhookmemory.processor.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordStateTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void partial_updates_add_up_and_null_clears() {
        RecordState state = apply(
                event(EventType.CREATE, 1, "{'a':1,'b':2}"),
                event(EventType.UPDATE, 2, "{'b':3}"),
                event(EventType.UPDATE, 3, "{'a':null,'c':4}"));

        assertThat(state.data()).isEqualTo(json("{'b':3,'c':4}"));
    }

    @Test
    void a_late_update_fills_only_what_newer_ones_have_not_set() {
        RecordState state = apply(
                event(EventType.UPDATE, 5, "{'a':'new'}"),
                event(EventType.UPDATE, 3, "{'a':'old','b':'late'}"),
                event(EventType.UPDATE, 4, "{'c':null}"),
                event(EventType.UPDATE, 2, "{'c':'cleared since'}"));

        assertThat(state.data()).isEqualTo(json("{'a':'new','b':'late'}"));
        assertThat(state.asOf()).isEqualTo(START.plusSeconds(5));
    }

    @Test
    void a_time_that_was_too_far_ahead_for_the_ingress_does_not_make_later_changes_old() {
        RecordState state = apply(
                event(EventType.UPDATE, 1, "{'a':'ahead','Modified_Time':'2999-01-01T00:00:00Z'}"),
                event(EventType.UPDATE, 2, "{'a':'later','Modified_Time':'2026-01-01T00:00:02Z'}"),
                event(EventType.DELETE, 3, "{}"),
                event(EventType.UPDATE, 2, "{'b':'old','Modified_Time':'2999-01-01T00:00:00Z'}"));

        assertThat(state.data().path("a").asText()).isEqualTo("later");
        assertThat(state.deletedAt()).isEqualTo(START.plusSeconds(3));
        assertThat(state.asOf()).isEqualTo(START.plusSeconds(3));
    }

    @Test
    void a_create_says_all_of_a_record_but_what_was_set_later() {
        RecordState state = apply(
                event(EventType.UPDATE, 1, "{'a':'before'}"),
                event(EventType.UPDATE, 9, "{'b':'after'}"),
                event(EventType.CREATE, 5, "{'c':'created'}"));

        assertThat(state.data()).isEqualTo(json("{'b':'after','c':'created'}"));
    }

    @Test
    void a_deleted_record_keeps_its_content_and_a_bare_restore_brings_it_back() {
        RecordState deleted = apply(event(EventType.CREATE, 1, "{'a':1}"), event(EventType.DELETE, 2, "{'id':'7'}"));
        assertThat(deleted.deletedAt()).isEqualTo(START.plusSeconds(2));
        assertThat(deleted.data().path("a").asInt()).isEqualTo(1);

        RecordState.Change restored = RecordState.apply(deleted, event(EventType.RESTORE, 3, "{'id':'7'}"));
        assertThat(restored.current()).isTrue();
        assertThat(restored.state().deletedAt()).isNull();
        assertThat(restored.state().data().path("a").asInt()).isEqualTo(1);
    }

    @Test
    void an_update_from_before_the_deletion_does_not_bring_a_record_back() {
        RecordState deleted = apply(event(EventType.CREATE, 1, "{'a':1}"), event(EventType.DELETE, 5, "{}"));

        RecordState.Change late = RecordState.apply(deleted, event(EventType.UPDATE, 4, "{'a':2}"));

        assertThat(late.current()).isFalse();
        assertThat(late.state().deletedAt()).isNotNull();
    }

    @Test
    void a_deletion_from_before_the_newest_change_is_over_already() {
        RecordState restored = apply(event(EventType.RESTORE, 6, "{'id':'7','a':1}"));

        RecordState.Change late = RecordState.apply(restored, event(EventType.DELETE, 5, "{}"));

        assertThat(late.current()).isFalse();
        assertThat(late.state()).isEqualTo(restored);
    }

    @Test
    void the_same_events_again_change_nothing_and_are_still_passed_on_for_a_replay() {
        WebhookEvent create = event(EventType.CREATE, 1, "{'a':1}");
        WebhookEvent update = event(EventType.UPDATE, 2, "{'b':2}");
        RecordState state = apply(create, update);

        for (WebhookEvent again : List.of(create, update)) {
            RecordState.Change change = RecordState.apply(state, again);
            assertThat(change.current()).isTrue();
            assertThat(change.state().data()).isEqualTo(state.data());
        }
    }

    @Test
    void the_records_own_time_of_change_counts_before_the_time_of_sending() {
        RecordState state = apply(
                event(EventType.UPDATE, 9, "{'a':'old','Modified_Time':'2026-01-01T00:00:01Z'}"),
                event(EventType.UPDATE, 8, "{'a':'new','Modified_Time':'2026-01-01T00:00:02Z'}"));

        assertThat(state.data().path("a").asText()).isEqualTo("new");
    }

    @Test
    void states_of_the_same_second_go_downstream_in_an_order_that_can_be_told() {
        RecordState first = apply(event(EventType.UPDATE, 5, "{'a':1}"));
        RecordState second = apply(first, event(EventType.UPDATE, 5, "{'a':2}"));
        RecordState filled = apply(second, event(EventType.UPDATE, 4, "{'b':1}"));
        RecordState deleted = apply(filled, event(EventType.DELETE, 5, "{}"));
        RecordState restored = apply(deleted, event(EventType.RESTORE, 5, "{'id':'7'}"));
        RecordState later = apply(restored, event(EventType.UPDATE, 6, "{'a':3}"));

        assertThat(List.of(first, second, filled, deleted, restored, later))
                .extracting(RecordState::version)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(first.version()).isEqualTo(START.plusSeconds(5));
        assertThat(later.version()).isEqualTo(START.plusSeconds(6));
    }

    @Test
    void a_repeat_goes_downstream_under_the_time_of_what_it_repeats() {
        RecordState state = apply(event(EventType.CREATE, 5, "{'a':1}"), event(EventType.UPDATE, 5, "{'a':2}"));

        RecordState again = apply(state, event(EventType.UPDATE, 5, "{'a':2}"), event(EventType.UPDATE, 4, "{'a':1}"));

        assertThat(again.version()).isEqualTo(state.version());
    }

    @Test
    void ten_thousand_updates_cost_no_more_than_the_last_state() {
        RecordState state = null;
        for (int i = 0; i < 10_000; i++) {
            state = RecordState.apply(state, event(EventType.UPDATE, i, "{'field" + i % 10 + "':" + i + "}"))
                    .state();
        }
        RecordState once = null;
        for (int i = 9_990; i < 10_000; i++) {
            once = RecordState.apply(once, event(EventType.UPDATE, i, "{'field" + i % 10 + "':" + i + "}"))
                    .state();
        }

        assertThat(RecordStateCodec.toBytes(state)).hasSameSizeAs(RecordStateCodec.toBytes(once));
    }

    /** The model: sort by time, then play. The state must come out the same for every order of arrival. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void whatever_the_order_of_arrival_the_outcome_is_that_of_the_order_in_time(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<WebhookEvent> history = Histories.history(random, "7", START);
            List<WebhookEvent> arrival = Histories.arrival(random, history);

            RecordState state = apply(arrival.toArray(WebhookEvent[]::new));
            Histories.Model model = Histories.Model.of(history);

            assertThat(RecordStateCodec.fromBytes(RecordStateCodec.toBytes(state)))
                    .isEqualTo(state);
            assertThat(state.data()).as("fields of %s", arrival).isEqualTo(model.data());
            assertThat(state.deletedAt() != null)
                    .as("deleted after %s", arrival)
                    .isEqualTo(model.deleted());
        }
    }

    @Test
    void an_event_that_was_routed_before_brings_the_record_as_it_is_now() {
        RecordState.Change first = RecordState.apply(null, event(EventType.CREATE, 5, "{'a':1,'b':1}"));
        WebhookEvent letter = routed(EventType.CREATE, first);
        RecordState now =
                apply(first.state(), event(EventType.UPDATE, 4, "{'c':1}"), event(EventType.UPDATE, 6, "{'b':2}"));

        RecordState.Change back = RecordState.apply(now, letter);

        assertThat(back.current()).isTrue();
        assertThat(back.state()).isEqualTo(now);
        assertThat(RecordState.apply(null, letter).state().data())
                .as("where the state was lost, it is what is known")
                .isEqualTo(json("{'a':1,'b':1}"));
    }

    @Test
    void an_event_that_was_routed_before_undoes_neither_deletion_nor_restore() {
        RecordState.Change created =
                RecordState.apply(null, event(EventType.CREATE, 1, "{'a':1,'Modified_Time':'2026-01-01T00:00:01Z'}"));
        RecordState updated = apply(created.state(), event(EventType.UPDATE, 2, "{'a':2}"));
        RecordState.Change deleted = RecordState.apply(updated, event(EventType.DELETE, 3, "{}"));
        RecordState restored = apply(deleted.state(), event(EventType.RESTORE, 4, "{'id':'7'}"));

        assertThat(RecordState.apply(deleted.state(), routed(EventType.CREATE, created))
                        .current())
                .isFalse();
        assertThat(RecordState.apply(deleted.state(), routed(EventType.DELETE, deleted))
                        .current())
                .as("its record's Modified_Time is older than the newest change, and says nothing of the deletion")
                .isTrue();
        assertThat(RecordState.apply(restored, routed(EventType.DELETE, deleted))
                        .current())
                .isFalse();
    }

    private static WebhookEvent routed(EventType type, RecordState.Change change) {
        RecordState state = change.state();
        return event(type, 0, "{}").routed(state.data(), state.version(), null, true, null);
    }

    private static RecordState apply(RecordState before, WebhookEvent... events) {
        RecordState state = before;
        for (WebhookEvent event : events) {
            state = RecordState.apply(state, event).state();
        }
        return state;
    }

    private static RecordState apply(WebhookEvent... events) {
        return apply((RecordState) null, events);
    }

    private static WebhookEvent event(EventType type, int second, String fields) {
        return event(type, second, json(fields));
    }

    private static WebhookEvent event(EventType type, int second, ObjectNode fields) {
        Instant at = START.plusSeconds(second);
        return WebhookEvent.received(
                "e" + second, type, "Deals", "7", fields, List.of(), at, null, at, EventSource.SIGNED);
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) Json.MAPPER.readTree(text.replace('\'', '"'));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
