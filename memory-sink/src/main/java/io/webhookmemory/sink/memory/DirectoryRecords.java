package io.webhookmemory.sink.memory;

import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.JsonSerde;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;

/** Converts records of the directory topic, for writing and reading. Pure; thread-safe. */
final class DirectoryRecords {
    private static final JsonSerde<DirectoryEntry> ENTRIES = JsonSerde.directoryEntry();

    private final String instance;
    private final Clock clock;

    /** @param instance this process, named in intents */
    DirectoryRecords(String instance, Clock clock) {
        this.instance = instance;
        this.clock = clock;
    }

    /**
     * What is known of the record, and what is about to be done.
     *
     * @param dataset the record's dataset if it has no document
     * @param contentSha256 null for a deletion
     */
    ProducerRecord<String, byte[]> intent(
            WebhookEvent event, Known known, String dataset, List<String> datasets, String contentSha256) {
        return entry(event, known, dataset, intentOf(event, datasets, contentSha256));
    }

    DirectoryEntry.Intent intentOf(WebhookEvent event, List<String> datasets, String contentSha256) {
        return new DirectoryEntry.Intent(datasets, contentSha256, event.eventId(), instance, clock.instant());
    }

    /** A settled state with a document. */
    ProducerRecord<String, byte[]> entry(WebhookEvent event, Place place) {
        return entry(event, Known.at(place), place.dataset(), null);
    }

    /** The state of a missing document: an entry without data id. */
    ProducerRecord<String, byte[]> lost(WebhookEvent event, Place place) {
        DirectoryEntry entry = new DirectoryEntry(
                place.module(), place.accountId(), place.dataset(), null, null, nullable(place.eventTime()));
        return new ProducerRecord<>(Topics.DIRECTORY, event.recordId(), ENTRIES.toBytes(entry));
    }

    private static ProducerRecord<String, byte[]> entry(
            WebhookEvent event, Known known, String dataset, DirectoryEntry.Intent intent) {
        DirectoryEntry entry = known.document()
                .map(place -> new DirectoryEntry(
                        place.module(),
                        place.accountId(),
                        place.dataset(),
                        place.dataId(),
                        place.contentSha256(),
                        nullable(place.eventTime()),
                        intent))
                .orElseGet(() -> new DirectoryEntry(
                        event.module(), event.accountId(), dataset, null, null, nullable(known.asOf()), intent));
        return new ProducerRecord<>(Topics.DIRECTORY, event.recordId(), ENTRIES.toBytes(entry));
    }

    private static Instant nullable(Instant time) {
        return time.equals(Instant.MIN) ? null : time;
    }

    ProducerRecord<String, byte[]> tombstone(String recordId, Instant deletedAt) {
        ProducerRecord<String, byte[]> tombstone = new ProducerRecord<>(Topics.DIRECTORY, recordId, null);
        Headers.put(tombstone.headers(), Headers.CE_TIME, deletedAt.toString());
        return tombstone;
    }

    /** @throws SerializationException if the value is not an entry */
    static Known read(ConsumerRecord<String, byte[]> message) {
        if (message.value() == null) {
            return Headers.getInstant(message.headers(), Headers.CE_TIME)
                    .map(Known::deleted)
                    .orElse(Known.NOTHING);
        }
        DirectoryEntry entry = ENTRIES.fromBytes(message.value());
        if (entry == null || entry.dataset() == null || entry.module() == null) {
            throw new SerializationException("not a directory entry");
        }
        Instant asOf = entry.eventTime() == null ? Instant.MIN : entry.eventTime();
        List<String> pending = entry.intent() == null ? null : entry.intent().datasets();
        if (!entry.hasDocument()) {
            return new Known(null, asOf, pending == null ? List.of(entry.dataset()) : pending);
        }
        String digest = entry.contentSha256() == null ? "" : entry.contentSha256();
        Place place = new Place(entry.module(), entry.accountId(), entry.dataset(), entry.dataId(), digest, asOf);
        return new Known(place, Instant.MIN, pending);
    }
}
