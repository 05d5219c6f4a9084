package io.webhookmemory.sink.memory;

import io.webhookmemory.cognee.StoredDocument;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Creates {@code verify} events, which ask a record's owner to compare memory with the directory. Each has the key of
 * its record, and names the datasets in question by the intent in its {@code known} entry. Pure; thread-safe.
 */
final class Verifications {
    private final DirectoryRecords directory;

    Verifications(DirectoryRecords directory) {
        this.directory = directory;
    }

    /**
     * For a change that this process began and may have continued after it lost the record's partition. Only a call
     * that adds a document, or deletes a dataset, does harm if it takes effect late. A late deletion of a document
     * finds nothing, because the new owner has written it under a new id.
     */
    Optional<ProducerRecord<String, byte[]>> of(Change change) {
        return change.fold(new Change.Cases<>() {
            @Override
            public Optional<ProducerRecord<String, byte[]>> nothing(Change.Nothing nothing) {
                return Optional.empty();
            }

            @Override
            public Optional<ProducerRecord<String, byte[]>> write(Change.Write write) {
                return Optional.of(ofOwn(
                        write.event(),
                        write.dataset(),
                        write.document().metadata().contentSha256()));
            }

            @Override
            public Optional<ProducerRecord<String, byte[]>> remove(Change.Remove remove) {
                return Optional.empty();
            }

            @Override
            public Optional<ProducerRecord<String, byte[]>> removeAccount(Change.RemoveAccount remove) {
                return Optional.of(ofOwn(remove.event(), remove.dataset(), null));
            }

            @Override
            public Optional<ProducerRecord<String, byte[]>> verify(Change.Verify verify) {
                return Optional.empty();
            }
        });
    }

    private ProducerRecord<String, byte[]> ofOwn(WebhookEvent event, String named, String contentSha256) {
        return of(event, event.module(), event.recordId(), named, contentSha256);
    }

    /**
     * For the records whose documents an account's deletion removes with the dataset: these records may still exist.
     */
    List<ProducerRecord<String, byte[]>> ofLeftBehind(
            WebhookEvent deletion, String dataset, List<StoredDocument> documents) {
        return documents.stream()
                .map(StoredDocument::metadata)
                .filter(Objects::nonNull)
                .map(document -> of(deletion, document.module(), document.recordId(), dataset, null))
                .toList();
    }

    private ProducerRecord<String, byte[]> of(
            WebhookEvent cause, String module, String recordId, String named, String contentSha256) {
        DirectoryEntry.Intent intent = directory.intentOf(cause, List.of(named), contentSha256);
        String accountId = cause.accountId();
        DirectoryEntry known = new DirectoryEntry(module, accountId, named, null, null, null, intent);
        return Refreshes.message(WebhookEvent.received(
                        "verify:" + cause.eventId() + ":" + recordId,
                        EventType.VERIFY,
                        module,
                        recordId,
                        Json.MAPPER.createObjectNode(),
                        List.of(),
                        cause.timestamp(),
                        cause.userId(),
                        cause.receivedAt(),
                        cause.source())
                .routed(Json.MAPPER.createObjectNode(), cause.timestamp(), accountId, false, known));
    }

    /** The datasets that a verify event names. */
    static Set<String> named(WebhookEvent verify) {
        DirectoryEntry known = verify.known();
        if (known == null) {
            return Set.of();
        }
        return known.intent() == null
                ? Set.of(known.dataset())
                : Set.copyOf(known.intent().datasets());
    }

    /** Whether the named datasets are deleted with all their contents. */
    static boolean deletesDatasets(WebhookEvent verify) {
        return verify.known() != null
                && verify.known().intent() != null
                && verify.known().intent().contentSha256() == null;
    }
}
