package io.webhookmemory.sink.memory;

import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The records as they are where they are kept: what has happened so far, and that a deleted account's records have none. */
final class Zoho {
    private final List<WebhookEvent> changes;
    private int happened;

    /** @param account null for none */
    record State(WebhookEvent last, String account) {
        boolean isDeleted() {
            return last.eventType() == EventType.DELETE;
        }
    }

    Zoho(List<WebhookEvent> changes) {
        this.changes = changes;
    }

    void happenUntil(int count) {
        happened = Math.min(changes.size(), Math.max(happened, count));
    }

    Map<String, State> now() {
        Map<String, State> states = new HashMap<>();
        for (WebhookEvent change : changes.subList(0, happened)) {
            states.put(change.recordId(), new State(change, change.accountId()));
            if (change.module().equals("Accounts") && change.eventType() == EventType.DELETE) {
                states.replaceAll((record, state) ->
                        !record.equals(change.recordId()) && change.recordId().equals(state.account())
                                ? new State(state.last(), null)
                                : state);
            }
        }
        return states;
    }

    /** The event with the newest state of its record, as the sink's source gives it; empty where nothing is known. */
    Optional<WebhookEvent> newest(WebhookEvent event) {
        if (event.eventType() == EventType.DELETE || event.eventType() == EventType.VERIFY) {
            return Optional.of(event);
        }
        return Optional.ofNullable(now().get(event.recordId())).map(state -> {
            Instant last = state.last().timestamp();
            Instant asOf = last.isAfter(event.timestamp()) ? last : event.timestamp();
            return state.isDeleted()
                    ? event.as(EventType.DELETE, event.recordData(), asOf, event.accountId())
                    : event.as(event.eventType(), state.last().recordData(), asOf, state.account());
        });
    }
}
