package io.webhookmemory.sink;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.util.List;

/**
 * Events of deals as the stream-processor passes them on.
 *
 * @param prefix begins the record ids and the accounts of one test
 */
record Deals(String prefix) {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    WebhookEvent update(String record, String account, String name) {
        return update(record, account, name, 0);
    }

    WebhookEvent update(String record, String account, String name, int second) {
        return event(record, EventType.UPDATE, account, name, second, false);
    }

    WebhookEvent critical(String record, String account, String name) {
        return event(record, EventType.UPDATE, account, name, 0, true);
    }

    WebhookEvent event(String record, EventType type, String account, String name, int second, boolean critical) {
        Instant at = START.plusSeconds(second);
        ObjectNode data = Json.MAPPER.createObjectNode().put("Deal_Name", name);
        String eventId = id(record) + "@" + second;
        return WebhookEvent.received(
                        eventId, type, "Deals", id(record), data, List.of(), at, null, at, EventSource.SIGNED)
                .routed(data, at, prefix + account, critical, null);
    }

    String id(String record) {
        return prefix + record;
    }

    String dataset(String account) {
        return "account_" + prefix + account;
    }
}
