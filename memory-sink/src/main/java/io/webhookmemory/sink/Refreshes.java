package io.webhookmemory.sink;

import io.webhookmemory.service.json.Json;
import io.webhookmemory.sink.cognee.DocumentMetadata;
import io.webhookmemory.sink.cognee.StoredDocument;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Has records read again of whose change Zoho tells nobody: an account when one of its records changed, as its totals and
 * dates may have changed with it; and the records of an account that was deleted, which may live on without one. As events
 * under the records' own keys, so that each document has one writer.
 */
final class Refreshes {
    private static final String ACCOUNTS = "Accounts";

    private final KafkaWriter writer;
    private final Set<String> modules;

    /** @param modules whose records can be read again, and are kept at all */
    Refreshes(KafkaWriter writer, Set<String> modules) {
        this.writer = writer;
        this.modules = modules;
    }

    /** Of the accounts that a record belongs to, or belonged to until it changed. Returns once Kafka holds the requests. */
    void ofAccounts(WebhookEvent child, Set<String> accounts) {
        if (modules.contains(ACCOUNTS) && !child.module().equals(ACCOUNTS)) {
            writer.write(accounts.stream()
                    .map(account -> refresh(child, ACCOUNTS, account, child.timestamp(), account))
                    .toList());
        }
    }

    /** Of the records that an account's deletion takes out of memory. Returns once Kafka holds the requests. */
    void ofLeftBehind(WebhookEvent deletion, List<StoredDocument> documents) {
        writer.write(documents.stream()
                .map(StoredDocument::metadata)
                .filter(Objects::nonNull)
                .filter(document -> modules.contains(document.module()))
                .map(document ->
                        refresh(deletion, document.module(), document.recordId(), latest(deletion, document), null))
                .toList());
    }

    // Not older than what memory showed of the record, or it would count as stale.
    private static Instant latest(WebhookEvent deletion, DocumentMetadata document) {
        return document.eventTime().isAfter(deletion.timestamp()) ? document.eventTime() : deletion.timestamp();
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
        ProducerRecord<String, byte[]> message =
                new ProducerRecord<>(Topics.ofModule(module), recordId, EventCodec.toBytes(refresh));
        Headers.putCloudEvent(message.headers(), refresh);
        return message;
    }
}
