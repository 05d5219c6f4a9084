package io.webhookmemory.admin.graph;

import io.webhookmemory.admin.transfer.StopSignal;
import io.webhookmemory.admin.transfer.TransactionalWriter;
import io.webhookmemory.service.kafka.Clients;
import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.KafkaSettings;
import io.webhookmemory.service.kafka.OffsetRanges;
import io.webhookmemory.service.kafka.RangeReader;
import io.webhookmemory.topics.catalogue.Topics;
import io.webhookmemory.topics.event.CognifyRequest;
import io.webhookmemory.topics.event.DirectoryEntry;
import io.webhookmemory.topics.wire.JsonSerde;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Requests graphs of datasets whose documents did not change, for graphs that Cognee lost. A replay cannot do this,
 * because the sink does not write documents whose content is unchanged.
 */
public final class GraphRebuild {
    private static final String TRANSACTIONAL_ID = "admin-graph-rebuild";
    private static final JsonSerde<DirectoryEntry> ENTRIES = JsonSerde.directoryEntry();

    private GraphRebuild() {}

    /**
     * The datasets that hold documents, with their number of documents, according to the directory.
     *
     * @param stop once requested, reading stops before the directory's end
     */
    public static SortedMap<String, Long> datasets(KafkaSettings kafka, StopSignal stop) {
        Map<String, String> datasetByRecord = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(kafka)) {
            new RangeReader(consumer, stop::isAsked, () -> KafkaProblem.requireReachable(kafka))
                    .read(
                            OffsetRanges.since(consumer, Topics.DIRECTORY, Optional.empty()),
                            record -> dataset(record)
                                    .ifPresentOrElse(
                                            dataset -> datasetByRecord.put(key(record), dataset),
                                            () -> datasetByRecord.remove(key(record))));
        }
        SortedMap<String, Long> documents = new TreeMap<>();
        datasetByRecord.values().forEach(dataset -> documents.merge(dataset, 1L, Long::sum));
        return documents;
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    private static Optional<String> dataset(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.ofNullable(record.value())
                    .map(ENTRIES::fromBytes)
                    .filter(DirectoryEntry::hasDocument)
                    .map(DirectoryEntry::dataset);
        } catch (SerializationException e) {
            return Optional.empty();
        }
    }

    /**
     * Publishes a request for each dataset, all or none. The requests are not critical, so that graphs of critical
     * changes come first.
     */
    public static void request(KafkaSettings kafka, Collection<String> datasets, Clock clock) {
        try (TransactionalWriter writer = new TransactionalWriter(kafka, TRANSACTIONAL_ID)) {
            datasets.forEach(dataset -> writer.send(new ProducerRecord<>(
                    Topics.COGNIFY,
                    dataset.getBytes(StandardCharsets.UTF_8),
                    JsonSerde.cognifyRequest().toBytes(new CognifyRequest(dataset, false, clock.instant())))));
            writer.commit();
        }
    }
}
