package io.webhookmemory.sink.memory;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Creates refresh events, which make the owner read a record from Zoho again. They have the record's own key, so that
 * each document has one writer. An account is refreshed when one of its records changed, because its totals and dates
 * may have changed too; a record is refreshed when its document is missing. Pure; thread-safe.
 */
final class Refreshes {
    private static final String ACCOUNTS = "Accounts";

    private final Set<String> modules;

    /** @param modules whose records can be read again and are accepted by the pipeline */
    Refreshes(Set<String> modules) {
        this.modules = Set.copyOf(modules);
    }

    /** For the accounts that a record belongs to, or belonged to before it changed. */
    List<ProducerRecord<String, byte[]>> ofAccounts(WebhookEvent child, Collection<String> accounts) {
        if (!modules.contains(ACCOUNTS) || child.module().equals(ACCOUNTS)) {
            return List.of();
        }
        return accounts.stream()
                .map(account -> refresh(child, ACCOUNTS, account, child.timestamp(), account))
                .toList();
    }

    /**
     * For the event's own record, whose document is missing; empty if it cannot be read again.
     *
     * @param shown time of the state that the document showed: the refresh must not count as stale
     */
    Optional<ProducerRecord<String, byte[]>> ofLost(WebhookEvent event, Instant shown) {
        if (!modules.contains(event.module())) {
            return Optional.empty();
        }
        Instant at = shown.isAfter(event.timestamp()) ? shown : event.timestamp();
        return Optional.of(refresh(event, event.module(), event.recordId(), at, event.accountId()));
    }

    private static ProducerRecord<String, byte[]> refresh(
            WebhookEvent cause, String module, String recordId, Instant at, String account) {
        WebhookEvent refresh = WebhookEvent.received(
                        "refresh:" + cause.eventId() + ":" + recordId,
                        EventType.REFRESH,
                        module,
                        recordId,
                        Json.MAPPER.createObjectNode(),
                        List.of(),
                        at,
                        cause.userId(),
                        cause.receivedAt(),
                        cause.source())
                .routed(Json.MAPPER.createObjectNode(), at, account, false, null);
        return message(refresh);
    }

    /** An event as a record of its module's topic. */
    static ProducerRecord<String, byte[]> message(WebhookEvent event) {
        ProducerRecord<String, byte[]> message =
                new ProducerRecord<>(Topics.ofModule(event.module()), event.recordId(), EventCodec.toBytes(event));
        Headers.putCloudEvent(message.headers(), event);
        return message;
    }
}
