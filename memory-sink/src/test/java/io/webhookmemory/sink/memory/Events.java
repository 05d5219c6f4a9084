package io.webhookmemory.sink.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.util.List;

/** Events of one record for tests, by time and content. */
final class Events {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Events() {}

    static Instant time(int second) {
        return START.plusSeconds(second);
    }

    static WebhookEvent update(String record, String account, int second, String content) {
        return event(EventType.UPDATE, "Deals", record, account, second, content, null);
    }

    static WebhookEvent delete(String module, String record, String account, int second) {
        return event(EventType.DELETE, module, record, account, second, "", null);
    }

    static WebhookEvent verify(String record, String contentSha256, String... datasets) {
        DirectoryEntry.Intent intent =
                new DirectoryEntry.Intent(List.of(datasets), contentSha256, "e", "sink-0", START);
        DirectoryEntry known = new DirectoryEntry("Deals", null, datasets[0], null, null, null, intent);
        return event(EventType.VERIFY, "Deals", record, null, 0, "", known);
    }

    private static WebhookEvent event(
            EventType type,
            String module,
            String record,
            String account,
            int second,
            String content,
            DirectoryEntry known) {
        ObjectNode data = Json.MAPPER.createObjectNode().put("Deal_Name", content);
        return WebhookEvent.received(
                        "e" + second,
                        type,
                        module,
                        record,
                        data,
                        List.of(),
                        time(second),
                        null,
                        time(second),
                        EventSource.SIGNED)
                .routed(data, time(second), account, false, known);
    }
}
