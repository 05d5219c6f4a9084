package io.webhookmemory.admin.audit;

import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.kafka.OffsetRanges;
import io.webhookmemory.service.kafka.RangeReader;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.wire.Headers;
import io.webhookmemory.topics.wire.JsonSerde;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.SerializationException;

/** Reads the directory topic to its present end. For one thread. */
final class DirectorySide {
    private static final JsonSerde<DirectoryEntry> ENTRIES = JsonSerde.directoryEntry();

    private final KafkaSettings kafka;
    private final StopSignal stop;
    /** Modules, accounts and datasets are few, records many. */
    private final Map<String, String> shared = new HashMap<>();

    DirectorySide(KafkaSettings kafka, StopSignal stop) {
        this.kafka = kafka;
        this.stop = stop;
    }

    /**
     * The records that the directory knows, the deleted ones among them as far as their tombstones still exist.
     *
     * @param wanted ids of the records to read
     */
    Map<String, RecordView> read(Predicate<String> wanted) {
        Map<String, RecordView> views = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(kafka)) {
            new RangeReader(consumer, stop::isAsked, () -> KafkaProblem.requireReachable(kafka))
                    .read(OffsetRanges.since(consumer, Topics.DIRECTORY, Optional.empty()), record -> {
                        String id = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
                        if (wanted.test(id)) {
                            take(views, id, record);
                        }
                    });
        }
        return views;
    }

    private void take(Map<String, RecordView> views, String id, ConsumerRecord<byte[], byte[]> record) {
        RecordView view = views.computeIfAbsent(id, absent -> new RecordView());
        Optional<DirectoryEntry> entry = entry(record.value());
        if (entry.isPresent()) {
            view.directorySays(entry.get());
        } else {
            view.directorySaysDeleted(
                    Headers.getInstant(record.headers(), Headers.CE_TIME).orElse(null));
        }
    }

    /** An unreadable entry counts as none, as in the memory-sink. */
    private Optional<DirectoryEntry> entry(byte[] value) {
        try {
            return Optional.ofNullable(value)
                    .map(ENTRIES::fromBytes)
                    .filter(entry -> entry.module() != null && entry.dataset() != null)
                    .map(this::compact);
        } catch (SerializationException e) {
            return Optional.empty();
        }
    }

    private DirectoryEntry compact(DirectoryEntry entry) {
        return new DirectoryEntry(
                share(entry.module()),
                share(entry.accountId()),
                share(entry.dataset()),
                entry.dataId(),
                null,
                entry.eventTime(),
                entry.intent());
    }

    private String share(String text) {
        return text == null ? null : shared.computeIfAbsent(text, same -> same);
    }
}
