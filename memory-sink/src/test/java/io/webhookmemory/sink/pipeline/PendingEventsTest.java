package io.webhookmemory.sink.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PendingEventsTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final PendingEvents pending = new PendingEvents();

    @Test
    void a_newer_event_behind_it_says_all_that_an_older_one_says() {
        PendingEvents.Ticket older = pending.add(event("1", NOON), Set.of("a"));
        PendingEvents.Ticket newer = pending.add(event("1", NOON.plusSeconds(1)), Set.of("a", "b"));

        assertThat(pending.isSuperseded(older)).isTrue();
        assertThat(pending.isSuperseded(newer)).isFalse();
    }

    @Test
    void an_event_is_not_passed_over_whose_dataset_the_newer_one_leaves_alone() {
        PendingEvents.Ticket older = pending.add(event("1", NOON), Set.of("a"));
        pending.add(event("1", NOON.plusSeconds(1)), Set.of("b"));

        assertThat(pending.isSuperseded(older)).isFalse();
    }

    @Test
    void an_older_event_behind_it_or_one_of_another_record_changes_nothing() {
        PendingEvents.Ticket ticket = pending.add(event("1", NOON), Set.of("a"));
        pending.add(event("1", NOON.minusSeconds(1)), Set.of("a"));
        pending.add(event("2", NOON.plusSeconds(1)), Set.of("a"));

        assertThat(pending.isSuperseded(ticket)).isFalse();
    }

    @Test
    void an_event_that_has_left_the_line_supersedes_none() {
        PendingEvents.Ticket older = pending.add(event("1", NOON), Set.of("a"));
        pending.remove(pending.add(event("1", NOON.plusSeconds(1)), Set.of("a")));

        assertThat(pending.isSuperseded(older)).isFalse();
    }

    @Test
    void an_event_is_as_urgent_as_the_one_that_it_stands_for() {
        WebhookEvent older = event("1", NOON);
        pending.add(older.routed(older.recordData(), NOON, null, true, null), Set.of("a"));
        WebhookEvent newer = event("1", NOON.plusSeconds(1));
        PendingEvents.Ticket ticket = pending.add(newer, Set.of("a"));

        assertThat(ticket.asUrgent(newer).urgent()).isTrue();
        assertThat(ticket.asUrgent(newer).timestamp()).isEqualTo(newer.timestamp());

        pending.remove(ticket);
        assertThat(pending.add(newer, Set.of("a")).asUrgent(newer).urgent()).isFalse();
    }

    private static WebhookEvent event(String record, Instant at) {
        ObjectNode data = Json.MAPPER.createObjectNode();
        return WebhookEvent.received(
                "event", EventType.UPDATE, "Deals", record, data, List.of(), at, null, at, EventSource.SIGNED);
    }
}
