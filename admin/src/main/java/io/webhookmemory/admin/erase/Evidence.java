package io.webhookmemory.admin.erase;

import com.fasterxml.jackson.databind.JsonNode;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DeadLetterId;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import io.webhookmemory.topics.wire.EventCodec;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.InvalidEventException;
import io.webhookmemory.topics.wire.JsonSerde;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * What the topics have of one record. Takes Kafka records in the order of each partition and keeps no content of them.
 * Not thread-safe.
 */
final class Evidence {
    private static final JsonSerde<DirectoryEntry> ENTRIES = JsonSerde.directoryEntry();

    private final byte[] key;
    private final Map<String, Content> content = new TreeMap<>();
    private final Map<String, ErasureReport.FailedErasure> failedByEvent = new HashMap<>();
    private final Set<String> modules = new HashSet<>();
    private boolean known;
    private boolean unerased;
    private Optional<DirectoryEntry> document = Optional.empty();
    private Instant documentDeletedAt;
    private StoredState stored = StoredState.NONE;
    private Instant storedAt;

    Evidence(String recordId) {
        this.key = recordId.getBytes(StandardCharsets.UTF_8);
    }

    /** Records with content on a topic, and when the newest was written. */
    record Content(long events, Instant newest) {
        static Content and(Content one, Content other) {
            return new Content(one.events + other.events, one.newest.isAfter(other.newest) ? one.newest : other.newest);
        }
    }

    /**
     * The newest value of the record in the changelog of the stream-processor's store.
     *
     * @param content whether it has any
     * @param deletedAt null while the record lives, and without a value
     */
    record StoredState(boolean content, Instant deletedAt) {
        static final StoredState NONE = new StoredState(false, null);
    }

    void add(ConsumerRecord<byte[], byte[]> record) {
        if (!Arrays.equals(key, record.key())) {
            // The ingress rejects webhooks without a key; such a one may name the record.
            if (record.topic().equals(Topics.REJECTED) && record.key() == null && names(record.value())) {
                hasContent(record);
            }
            return;
        }
        known = true;
        switch (record.topic()) {
            case Topics.DIRECTORY -> entry(record);
            case Topics.RECORDS_CHANGELOG -> state(record);
            default -> event(record);
        }
    }

    private void event(ConsumerRecord<byte[], byte[]> record) {
        boolean isErasure = record.headers().lastHeader(Headers.ERASE) != null;
        boolean hasContent = false;
        try {
            WebhookEvent event = EventCodec.fromBytes(record.value());
            modules.add(event.module());
            hasContent = event.recordData().properties().stream()
                    .anyMatch(field -> !field.getKey().equals("id"));
        } catch (InvalidEventException e) {
            hasContent = record.value() != null;
        }
        if (hasContent) {
            hasContent(record);
        }
        if (record.topic().equals(Topics.WEBHOOKS)) {
            unerased = !isErasure && (unerased || hasContent);
        }
        if (isErasure && record.topic().equals(Topics.DLT)) {
            failedByEvent.put(
                    header(record, Headers.CE_ID),
                    new ErasureReport.FailedErasure(
                            new DeadLetterId(record.partition(), record.offset()).toString(),
                            header(record, Headers.DLT_REASON)));
        }
    }

    private void entry(ConsumerRecord<byte[], byte[]> record) {
        try {
            document = Optional.ofNullable(ENTRIES.fromBytes(record.value()));
        } catch (SerializationException e) {
            // The memory-sink ignores such a record too.
            document = Optional.empty();
        }
        document.map(DirectoryEntry::module).ifPresent(modules::add);
        documentDeletedAt = record.value() == null
                ? Headers.getInstant(record.headers(), Headers.CE_TIME).orElse(null)
                : null;
    }

    private void state(ConsumerRecord<byte[], byte[]> record) {
        storedAt = Instant.ofEpochMilli(record.timestamp());
        if (record.value() == null) {
            stored = StoredState.NONE;
            return;
        }
        try {
            JsonNode state = Json.MAPPER.readTree(record.value());
            JsonNode at = state.path("deleted_at");
            Instant deletedAt = at.isMissingNode()
                    ? null
                    : Instant.ofEpochSecond(at.path(0).asLong(), at.path(1).asLong());
            boolean isErased = state.path("erased").asBoolean();
            stored = new StoredState(!isErased, deletedAt);
        } catch (IOException e) {
            stored = new StoredState(true, null);
        }
        if (stored.content()) {
            hasContent(record);
        }
    }

    private void hasContent(ConsumerRecord<?, ?> record) {
        known = true;
        content.merge(record.topic(), new Content(1, Instant.ofEpochMilli(record.timestamp())), Content::and);
    }

    /** Whether the id is in the text, and not as part of a longer one. */
    private boolean names(byte[] value) {
        if (value == null) {
            return false;
        }
        for (int at = 0; at + key.length <= value.length; at++) {
            if (Arrays.equals(value, at, at + key.length, key, 0, key.length)
                    && !isOfId(value, at - 1)
                    && !isOfId(value, at + key.length)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfId(byte[] value, int at) {
        return at >= 0
                && at < value.length
                && (Character.isLetterOrDigit(value[at]) || value[at] == '_' || value[at] == '-');
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return Headers.get(record.headers(), name).orElse("unknown");
    }

    /** Whether any topic has the record. */
    boolean isKnown() {
        return known;
    }

    /** Modules under which the record is known. */
    Set<String> modules() {
        return modules;
    }

    ErasureReport.Found found() {
        boolean complete = document.map(DirectoryEntry::hasDocument).orElse(false);
        return new ErasureReport.Found(complete, document.isPresent() && !complete, stored.content());
    }

    /** Whether the record has content that the last erase event on the first topic does not cover. */
    boolean isUnerased() {
        return unerased || document.isPresent() || stored.content();
    }

    /** Time of the state that memory shows; empty if it is unknown. */
    Optional<Instant> shown() {
        return document.map(DirectoryEntry::eventTime);
    }

    /** Whether document and state are gone by an erasure as of then. */
    boolean isErasedAsOf(Instant at) {
        return document.isEmpty()
                && documentDeletedAt != null
                && !documentDeletedAt.isBefore(at)
                && !stored.content()
                && stored.deletedAt() != null
                && !stored.deletedAt().isBefore(at);
    }

    /** Whether memory holds a state that is newer than the erasure. */
    boolean cameAgain(Instant erasedAt) {
        return document.filter(entry -> entry.hasDocument() && entry.intent() == null)
                .map(DirectoryEntry::eventTime)
                .filter(shown -> shown.isAfter(erasedAt))
                .isPresent();
    }

    Optional<ErasureReport.FailedErasure> failed(String eventId) {
        return Optional.ofNullable(failedByEvent.get(eventId));
    }

    /** When the state lost its content; empty if it has content, or the changelog has nothing of the record. */
    Optional<Instant> stateErasedAt() {
        return Optional.ofNullable(storedAt).filter(at -> !stored.content());
    }

    /** By topic. */
    Map<String, Content> content() {
        return content;
    }
}
