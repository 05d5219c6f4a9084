package io.webhookmemory.sink;

import io.webhookmemory.sink.cognee.StoredDocument;
import io.webhookmemory.sink.sync.MemoryJournal;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.CognifyRequest;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.JsonSerde;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The journal on its topics. */
final class KafkaJournal implements MemoryJournal {
    private static final JsonSerde<CognifyRequest> REQUESTS = JsonSerde.cognifyRequest();
    private static final JsonSerde<DirectoryEntry> ENTRIES = JsonSerde.directoryEntry();

    private final KafkaWriter writer;
    private final Refreshes refreshes;

    KafkaJournal(KafkaWriter writer, Refreshes refreshes) {
        this.writer = writer;
        this.refreshes = refreshes;
    }

    @Override
    public void dirty(CognifyRequest request) {
        writer.write(new ProducerRecord<>(Topics.COGNIFY, request.dataset(), REQUESTS.toBytes(request)));
    }

    @Override
    public void touched(WebhookEvent event, Set<String> accountIds) {
        refreshes.ofAccounts(event, accountIds);
    }

    @Override
    public void directory(String recordId, DirectoryEntry entry) {
        writer.write(new ProducerRecord<>(Topics.DIRECTORY, recordId, ENTRIES.toBytes(entry)));
    }

    @Override
    public void deleted(String recordId, Instant at) {
        ProducerRecord<String, byte[]> tombstone = new ProducerRecord<>(Topics.DIRECTORY, recordId, null);
        Headers.put(tombstone.headers(), Headers.CE_TIME, at.toString());
        writer.write(tombstone);
    }

    @Override
    public void leftBehind(WebhookEvent deletion, List<StoredDocument> documents) {
        refreshes.ofLeftBehind(deletion, documents);
    }
}
