package io.webhookmemory.subscriptions.sweep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.topics.event.EventIdentity;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.Sender;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.zoho.api.DeletedRecord;
import io.webhookmemory.zoho.api.ZohoRecords;
import io.webhookmemory.zoho.crm.ZohoTimes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Turns what a sweep reads into events. The id derives from record and time of change, so that the same change read
 * twice is a duplicate.
 */
final class ChangeEvents {
    private ChangeEvents() {}

    /** Empty if the row has no time of change. */
    static Optional<WebhookEvent> changed(String module, ObjectNode row, Instant receivedAt) {
        return ZohoTimes.read(row.path("Modified_Time")).map(modified -> {
            // Keep the known value of a field that Zoho may have truncated.
            row.properties().removeIf(field -> ZohoRecords.mayBeCut(field.getValue()));
            boolean created = ZohoTimes.read(row.path("Created_Time"))
                    .filter(modified::equals)
                    .isPresent();
            String user = row.path("Modified_By").path("id").asText(null);
            return event(
                    module,
                    created ? EventType.CREATE : EventType.UPDATE,
                    row.path("id").asText(),
                    row,
                    modified,
                    user,
                    receivedAt);
        });
    }

    static WebhookEvent deleted(String module, DeletedRecord deleted, Instant receivedAt) {
        ObjectNode record = Json.MAPPER.createObjectNode().put("id", deleted.id());
        return event(module, EventType.DELETE, deleted.id(), record, deleted.endOfSecond(), null, receivedAt);
    }

    private static WebhookEvent event(
            String module,
            EventType type,
            String recordId,
            ObjectNode record,
            Instant time,
            String user,
            Instant receivedAt) {
        String name = String.join("\u0000", "sweep", module, type.wireName(), recordId, time.toString());
        // The identity includes the content: a record that changed twice in one second may have been read twice.
        return WebhookEvent.received(
                        sha256(name),
                        type,
                        module,
                        recordId,
                        record,
                        List.of(),
                        time,
                        user,
                        receivedAt,
                        EventSource.SWEEP)
                .withIdentity(EventIdentity.of(
                        Sender.of(EventSource.SWEEP),
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

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
