package io.webhookmemory.subscriptions.sweep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.digest.Sha256;
import io.webhookmemory.topics.event.EventIdentity;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.api.DeletedRecord;
import io.webhookmemory.zoho.api.RecordTimes;
import io.webhookmemory.zoho.api.ZohoRecords;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a sweep or an import reads, as events. The id follows from record and time of change, so that the same change read twice is a
 * duplicate.
 */
public final class ChangeEvents {
    private ChangeEvents() {}

    /**
     * A row that says no time of change that can be read shows the state as of the reading.
     *
     * @param receivedAt before the row was read
     */
    public static WebhookEvent changed(
            EventSource source, String module, ObjectNode row, RecordTimes times, Instant receivedAt) {
        Optional<Instant> modified = times.read(row, "Modified_Time");
        // What may be cut is better left as it is known than overwritten.
        row.properties().removeIf(field -> ZohoRecords.mayBeCut(field.getValue()));
        boolean created =
                modified.isPresent() && times.read(row, "Created_Time").equals(modified);
        return event(
                source,
                module,
                created ? EventType.CREATE : EventType.UPDATE,
                row.path("id").asText(),
                row,
                modified.orElse(receivedAt),
                row.path("Modified_By").path("id").asText(null),
                receivedAt);
    }

    static WebhookEvent deleted(String module, DeletedRecord deleted, Instant receivedAt) {
        ObjectNode record = Json.MAPPER.createObjectNode().put("id", deleted.id());
        return event(
                EventSource.SWEEP,
                module,
                EventType.DELETE,
                deleted.id(),
                record,
                deleted.endOfSecond(),
                null,
                receivedAt);
    }

    private static WebhookEvent event(
            EventSource source,
            String module,
            EventType type,
            String recordId,
            ObjectNode record,
            Instant time,
            String user,
            Instant receivedAt) {
        String name = String.join("\u0000", source.wireName(), module, type.wireName(), recordId, time.toString());
        // The content belongs to the identity: a record that changed twice in one second has been read twice.
        return WebhookEvent.received(
                        Sha256.hex(name), type, module, recordId, record, List.of(), time, user, receivedAt, source)
                .withIdentity(EventIdentity.of(
                        Sender.of(source),
                        null,
                        new EventIdentity.Change(
                                module,
                                type,
                                recordId,
                                1,
                                EventIdentity.ofContent(record),
                                EventIdentity.ofNames(List.of()),
                                time)));
    }
}
